// Makes the pages: node build.mjs OUT. What is in OUT afterwards is what the service embeds, each file compressed.
//
// Scripts and styles carry a hash in their names, so that browsers may keep them for ever; the page itself and the
// licences keep their names.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const out = process.argv[2] ?? "dist";
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

// The editor brings its styles in pieces; GraphiQL's own style sheet has them all.
const withoutEditorStyles = {
  name: "without-editor-styles",
  setup: ({ onLoad }) => void onLoad({ filter: /monaco-editor\/.*\.css$/ }, () => ({ contents: "" })),
};

const common = {
  bundle: true,
  plugins: [withoutEditorStyles],
  minify: true,
  target: "es2022",
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  loader: { ".graphql": "text", ".md": "text" },
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};

// The name that each entry was given.
const names = ({ metafile }) =>
  Object.fromEntries(
    Object.entries(metafile.outputs)
      .filter(([, output]) => output.entryPoint)
      .map(([path, output]) => [output.entryPoint, { script: path.split("/").pop(), style: output.cssBundle?.split("/").pop() }]),
  );

const workers = {
  editor: "node_modules/monaco-editor/esm/vs/editor/editor.worker.js",
  json: "node_modules/monaco-editor/esm/vs/language/json/json.worker.js",
  graphql: "node_modules/monaco-graphql/esm/graphql.worker.js",
};
const worked = await build({ ...common, format: "iife", entryPoints: Object.values(workers) });
const made = names(worked);
const addresses = Object.fromEntries(Object.entries(workers).map(([name, entry]) => [name, made[entry].script]));

const drawn = await build({
  ...common,
  format: "esm",
  splitting: true,
  jsx: "automatic",
  entryPoints: ["src/playground.tsx"],
  define: { ...common.define, WORKERS: JSON.stringify(addresses) },
});
const page = names(drawn)["src/playground.tsx"];

const html = await readFile("src/playground.html", "utf8");
await writeFile(join(out, "playground.html"), html.replace("{script}", page.script).replace("{style}", page.style));

// What the licences ask for: their notices go along. A few packages bring none of their own; theirs is that of the
// project they belong to.
const NOTICES_OF = {
  "@graphiql/plugin-doc-explorer": "graphiql",
  "@graphiql/plugin-explorer": "graphiql",
  "@graphiql/plugin-history": "graphiql",
  "react-compiler-runtime": "react",
  "react-remove-scroll-bar": "react-remove-scroll",
};
const packages = new Set(
  [worked, drawn]
    .flatMap(({ metafile }) => Object.keys(metafile.inputs))
    .map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter((folder) => folder !== undefined),
);
const isNotice = (name) => /^(licen[cs]e|copying|notice|third.?party)/i.test(name);
const notices = [];
for (const folder of [...packages].sort()) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const source = NOTICES_OF[name] ? join("node_modules", NOTICES_OF[name]) : folder;
  const texts = (await readdir(source)).filter(isNotice).sort();
  if (texts.length === 0) throw new Error(`${name} brings no licence: name the package whose licence it has in NOTICES_OF`);
  notices.push(`== ${name} ${version}: ${license}`);
  for (const text of texts) notices.push((await readFile(join(source, text), "utf8")).trim());
}
notices.push(await readFile("licences/fonts.txt", "utf8"));
await writeFile(join(out, "licences.txt"), notices.join("\n\n"));

let bytes = 0;
for (const name of await readdir(out)) {
  const compressed = gzipSync(await readFile(join(out, name)), { level: 9 });
  bytes += compressed.length;
  await writeFile(join(out, `${name}.gz`), compressed);
  await rm(join(out, name));
}
console.log(`${Math.round(bytes / 1024)} kB in ${out}`);
