// What goes along with every request, and how subscriptions travel.
import { fleeting, lasting } from "./storage";

export type Pairs = Record<string, string>;

export interface Settings {
  /** Sent with every request; those of a tab win. */
  headers: Pairs;
  /** How subscriptions travel. */
  transport: "websocket" | "sse";
  /** Path at which subscriptions are served. The page may speak to its own host alone. */
  path: string;
}

export const ENDPOINT = "/graphql";
const KEY = "atlas:connection";

/** Headers from a JSON object, or what is wrong with the text. */
export function readHeaders(text: string): Pairs | string {
  if (!text.trim()) return {};
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return "This is not JSON: write { \"Name\": \"value\" }.";
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) return "This is JSON, but not an object.";
  for (const [name, value] of Object.entries(read)) {
    if (typeof value !== "string") return `The value of “${name}” must be a text.`;
    try {
      new Headers([[name, value]]);
    } catch {
      return `“${name}: ${value}” cannot be a header.`;
    }
  }
  return read as Pairs;
}

/** What is wrong with a path; nothing where it can be used. */
export function pathProblem(path: string): string {
  const fits = path === "" || /^\/(?!\/)[\w\-./~%]*$/.test(path);
  return fits ? "" : "Write a path of this host, such as /graphql.";
}

function kept(): Settings {
  const read = (text: string | null) => {
    try {
      return (JSON.parse(text ?? "{}") ?? {}) as Partial<Settings>;
    } catch {
      return {};
    }
  };
  const { transport, path } = read(lasting.getItem(KEY));
  const headers = readHeaders(JSON.stringify(read(fleeting.getItem(KEY)).headers ?? {}));
  return {
    headers: typeof headers === "string" ? {} : headers,
    transport: transport === "sse" ? "sse" : "websocket",
    path: typeof path === "string" && !pathProblem(path) ? path : "",
  };
}

let current = kept();
const listeners = new Set<() => void>();

/** The settings as a store of its own. Headers stay in the session, the rest in the browser. */
export const settings = {
  get: () => current,
  set(change: Partial<Settings>) {
    current = { ...current, ...change };
    const { headers, ...rest } = current;
    lasting.setItem(KEY, JSON.stringify(rest));
    fleeting.setItem(KEY, JSON.stringify({ headers }));
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
