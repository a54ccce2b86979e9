/** File names of the workers, filled in by build.mjs. */
declare const WORKERS: Record<"editor" | "json" | "graphql", string>;

declare module "*.graphql" {
  const text: string;
  export default text;
}

declare module "*.md" {
  const text: string;
  export default text;
}

declare module "*.css";
