// JSON-LD as an independent processor reads it, which may fetch nothing: what leaves stands for itself.
import { createRequire } from "node:module";

import { expect, type APIRequestContext, test } from "@playwright/test";

import { ADDRESS } from "./browser";

type Node = { [term: string]: unknown };
interface Options {
  documentLoader(address: string): Promise<never>;
  /** Fails where anything would be left out, such as a term without a meaning or an id that is no address. */
  safe: true;
}
interface Processor {
  expand(document: Node, options: Options): Promise<Node[]>;
  toRDF(document: Node, options: Options & { format: "application/n-quads" }): Promise<string>;
}

const jsonld: Processor = createRequire(import.meta.url)("jsonld");
const options: Options = {
  documentLoader: (address) => Promise.reject(new Error(`${address} was to be fetched`)),
  safe: true,
};

async function read(request: APIRequestContext, name: string) {
  const answer = await request.get(`${ADDRESS}/export/${name}`);
  expect(answer.status(), name).toBe(200);
  const document: Node = await answer.json();
  const quads = await jsonld.toRDF(document, { ...options, format: "application/n-quads" });
  return { nodes: await jsonld.expand(document, options), quads };
}

/** Every id in a document, however deep. */
function ids(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(ids);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([term, inner]) => (term === "@id" ? [String(inner)] : ids(inner)));
}

test("records are read as JSON-LD without anything being fetched", async ({ request }) => {
  const { nodes, quads } = await read(request, "all.jsonld");
  const lines = (await (await request.get(`${ADDRESS}/export/all.jsonl`)).text()).trimEnd().split("\n");
  expect(nodes.length).toBe(lines.length);
  const records = nodes.map((node) => node["@id"]);
  expect(new Set(records).size).toBe(lines.length);
  for (const id of [...records, ...ids(nodes)]) expect(id).toMatch(/^https?:\/\/[^\s]+$/);

  const iso = lines
    .map((line) => JSON.parse(line))
    .find(({ recordKind, slug }) => recordKind === "ORGANISATION" && slug === "iso");
  const subject = `<${ADDRESS}/export/organisations.jsonld#${iso.id}>`;
  const told = quads.split("\n").filter((quad) => quad.startsWith(`${subject} `));
  const schema = (term: string, value: string) => `${subject} <https://schema.org/${term}> ${value} .`;
  const date = `"${iso.establishedYear}"^^<http://www.w3.org/2001/XMLSchema#gYear>`;
  expect(told).toEqual(
    expect.arrayContaining([
      `${subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/Organization> .`,
      schema("name", `"${iso.name}"@${iso.nameLanguage}`),
      schema("foundingDate", date),
      schema("dateCreated", `"${iso.createdAt}"^^<http://www.w3.org/2001/XMLSchema#dateTime>`),
    ]),
  );
  // What it works on are other records of the same document.
  const issues = told
    .filter((quad) => quad.includes("<https://schema.org/knowsAbout>"))
    .map((quad) => quad.split(" ")[2]);
  expect(issues.length).toBeGreaterThan(0);
  for (const issue of issues) expect(records.map((id) => `<${id}>`)).toContain(issue);
});

test("the catalogue is read as JSON-LD, and what it names is there", async ({ request }) => {
  const { nodes, quads } = await read(request, "catalog.jsonld");
  expect(nodes.map((node) => node["@type"])).toEqual([["http://www.w3.org/ns/dcat#Catalog"]]);
  for (const id of ids(nodes)) expect(id).toMatch(/^https?:\/\/[^\s]+$/);
  const named = quads.matchAll(/<http:\/\/www\.w3\.org\/ns\/dcat#downloadURL> <([^>]+)>/g);
  const addresses = [...named].map(([, address]) => String(address));
  expect(addresses.length).toBe(33);
  for (const address of addresses) expect((await request.head(address)).status(), address).toBe(200);
  for (const address of addresses.filter((address) => address.endsWith(".jsonld"))) {
    await read(request, address.slice(address.lastIndexOf("/") + 1));
  }
});
