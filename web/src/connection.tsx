// What goes along with every request, and how subscriptions travel; kept in this browser, by the address of the service.
import type { Fetcher, FetcherOpts, FetcherParams, FetcherReturnType } from "@graphiql/toolkit";
import type { GraphiQLPlugin } from "@graphiql/react";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import { getOperationAST, parse } from "graphql";
import type { ExecutionResult } from "graphql";
import { useId, useState, useSyncExternalStore } from "react";

import GUIDE from "./guide.md";
import { PlugIcon } from "./icons";

type Headers = Record<string, string>;

export interface Settings {
  /** Sent with every request; those of a tab win. */
  headers: Headers;
  /** How subscriptions travel. */
  transport: "websocket" | "sse";
  /** Path at which subscriptions are served, when it is not that of queries. The page may speak to its own host alone. */
  subscriptions: string;
}

const DEFAULT: Settings = { headers: {}, transport: "websocket", subscriptions: "" };
const ENDPOINT = "/graphql";
const KEY = "atlas:connection";

/** The settings as a store of its own: the fetcher is made anew when they change. Headers stay in the session, since
 * they may hold a token; the rest stays in the browser. */
export const settings = (() => {
  let current = DEFAULT;
  const listeners = new Set<() => void>();
  const kept = (storage: Storage): Partial<Settings> => {
    try {
      return JSON.parse(storage.getItem(KEY) ?? "{}") as Partial<Settings>;
    } catch {
      return {};
    }
  };
  current = { ...DEFAULT, ...kept(localStorage), ...kept(sessionStorage) };
  return {
    get: () => current,
    set(next: Settings) {
      const { headers, ...rest } = next;
      current = next;
      localStorage.setItem(KEY, JSON.stringify(rest));
      sessionStorage.setItem(KEY, JSON.stringify({ headers }));
      for (const listener of listeners) listener();
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
})();

let made: { settings: Settings; fetcher: Fetcher } | undefined;

/** The fetcher for these settings; the same one as long as they are. */
export function fetcherOf(current: Settings): Fetcher {
  if (made?.settings !== current) made = { settings: current, fetcher: makeFetcher(current) };
  return made.fetcher;
}

function makeFetcher({ headers, transport, subscriptions }: Settings): Fetcher {
  const ask = createGraphiQLFetcher({ url: ENDPOINT, headers, enableIncrementalDelivery: false });
  const address = new URL(subscriptions || ENDPOINT, window.location.href);
  const follow = transport === "sse" ? overSse(address, headers) : overWebSocket(address, headers);
  return (asked, options) => {
    const { parameters, operation } = chosen(asked);
    if (operation?.operation === "subscription") return follow(parameters, options);
    const answer = ask(parameters, options);
    return parameters.operationName === "IntrospectionQuery" ? withGuide(answer) : answer;
  };
}

/** The schema, introduced by the guide: it is what the documentation pane begins with. */
async function withGuide(answer: FetcherReturnType): Promise<ExecutionResult> {
  const found = (await answer) as ExecutionResult<{ __schema?: { description?: string } }>;
  if (found.data?.__schema) found.data.__schema.description = GUIDE;
  return found;
}

/** The operation that is meant. GraphiQL may still name one that was there a moment ago, if one runs what one has just
 * written: a name that the document does not have is left out. */
function chosen(asked: FetcherParams) {
  const parameters = { ...asked };
  try {
    const document = parse(asked.query);
    const named = asked.operationName ? getOperationAST(document, asked.operationName) : undefined;
    if (!named) delete parameters.operationName;
    return { parameters, operation: named ?? getOperationAST(document) };
  } catch {
    return { parameters }; // The service says what is wrong with it.
  }
}

type Follow = (parameters: FetcherParams, options?: FetcherOpts) => AsyncIterable<ExecutionResult>;

// Connections are opened when a subscription starts, with the headers of its tab, and closed when it ends.
function overWebSocket(address: URL, headers: Headers): Follow {
  address.protocol = address.protocol.replace("http", "ws");
  return (parameters, options) =>
    createWsClient({
      url: address.href,
      connectionParams: { ...headers, ...(options?.headers as Headers | undefined) },
      retryAttempts: 0,
    }).iterate(parameters as never) as AsyncIterable<ExecutionResult>;
}

function overSse(address: URL, headers: Headers): Follow {
  return (parameters, options) =>
    createSseClient({
      url: address.href,
      headers: { ...headers, ...(options?.headers as Headers | undefined) },
      retryAttempts: 0,
    }).iterate(parameters as never) as AsyncIterable<ExecutionResult>;
}

function ConnectionPane() {
  const current = useSyncExternalStore(settings.subscribe, settings.get);
  const [headers, setHeaders] = useState(() =>
    Object.keys(current.headers).length ? JSON.stringify(current.headers, null, 2) : "",
  );
  const [problem, setProblem] = useState("");
  const id = useId();
  const keepHeaders = (text: string) => {
    setHeaders(text);
    const read = readHeaders(text);
    setProblem(typeof read === "string" ? read : "");
    if (typeof read !== "string") settings.set({ ...settings.get(), headers: read });
  };
  return (
    <div className="atlas-connection">
      <div className="graphiql-doc-explorer-title">Connection</div>
      <label htmlFor={`${id}-headers`}>Headers of every request</label>
      <textarea
        id={`${id}-headers`}
        value={headers}
        rows={5}
        spellCheck={false}
        placeholder={'{ "Authorization": "Bearer …" }'}
        aria-describedby={`${id}-problem ${id}-kept`}
        aria-invalid={problem !== ""}
        onChange={(event) => keepHeaders(event.target.value)}
      />
      <p id={`${id}-problem`} role="alert">
        {problem}
      </p>
      <p id={`${id}-kept`}>A JSON object. Kept until this tab is closed; headers of a single query, below its editor, win.</p>
      <fieldset>
        <legend>Subscriptions travel over</legend>
        {(["websocket", "sse"] as const).map((transport) => (
          <label key={transport}>
            <input
              type="radio"
              name={`${id}-transport`}
              checked={current.transport === transport}
              onChange={() => settings.set({ ...current, transport })}
            />
            {transport === "sse" ? "server-sent events" : "WebSocket"}
          </label>
        ))}
      </fieldset>
      <label htmlFor={`${id}-address`}>Path of subscriptions, on this host</label>
      <input
        id={`${id}-address`}
        type="text"
        value={current.subscriptions}
        placeholder={ENDPOINT}
        spellCheck={false}
        onChange={(event) => settings.set({ ...current, subscriptions: event.target.value.trim() })}
      />
    </div>
  );
}

/** Headers from a JSON object, or what is wrong with the text. */
function readHeaders(text: string): Headers | string {
  if (!text.trim()) return {};
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== "object" || read === null || Array.isArray(read)) return "This is JSON, but no object.";
    const pairs = Object.entries(read);
    const wrong = pairs.find(([, value]) => typeof value !== "string");
    return wrong ? `The value of “${wrong[0]}” must be a text.` : (read as Headers);
  } catch {
    return "This is no JSON yet.";
  }
}

export const connectionPlugin: GraphiQLPlugin = { title: "Connection", icon: PlugIcon, content: ConnectionPane };
