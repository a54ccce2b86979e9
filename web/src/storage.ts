// What the playground keeps in the browser, and what it does not: headers may hold a token, and so stay out of what
// outlives the tab unless the person at the keyboard has asked for it.

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem"> & { keys(): string[] };

/** A browser's storage; where it is blocked, memory until the page is left. */
function open(name: "localStorage" | "sessionStorage"): Store {
  try {
    const storage = window[name];
    storage.getItem("");
    return {
      getItem: (key) => storage.getItem(key),
      setItem: (key, value) => storage.setItem(key, value),
      removeItem: (key) => storage.removeItem(key),
      keys: () => Object.keys(storage),
    };
  } catch {
    const memory = new Map<string, string>();
    return {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
      keys: () => [...memory.keys()],
    };
  }
}

/** Stays in the browser. */
export const lasting = open("localStorage");
/** Goes with the tab. */
export const fleeting = open("sessionStorage");

/** GraphiQL's own switch "Persist headers". */
const PERSIST = "graphiql:shouldPersistHeaders";
/** Where GraphiQL keeps the headers of past queries whatever the switch says. */
const HISTORY = ["graphiql:queries", "graphiql:favorites"];

export const persistsHeaders = () => lasting.getItem(PERSIST) === "true";

function withoutHeaders(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text, (key, value: unknown) => (key === "headers" ? undefined : value)));
  } catch {
    return text;
  }
}

const OURS = /^(graphiql|atlas):/;

/** GraphiQL's storage. */
export const storage = {
  getItem: lasting.getItem,
  setItem(key: string, value: string) {
    lasting.setItem(key, HISTORY.includes(key) && !persistsHeaders() ? withoutHeaders(value) : value);
    if (key !== PERSIST || value === "true") return;
    for (const past of HISTORY) {
      const kept = lasting.getItem(past);
      if (kept) lasting.setItem(past, withoutHeaders(kept));
    }
  },
  removeItem: lasting.removeItem,
  /** Everything that these pages have kept, the tab's own included. */
  clear() {
    for (const store of [lasting, fleeting]) {
      for (const key of store.keys().filter((key) => OURS.test(key))) store.removeItem(key);
    }
  },
  get length() {
    return lasting.keys().filter((key) => OURS.test(key)).length;
  },
};
