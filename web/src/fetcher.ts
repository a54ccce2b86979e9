// How the playground asks: queries by POST, subscriptions over WebSocket or server-sent events. It reads the settings
// whenever it is called, so that GraphiQL keeps one and the same.
import type { Fetcher, FetcherOpts, FetcherParams } from "@graphiql/toolkit";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import type { ExecutionResult } from "graphql";
import { getOperationAST, parse } from "graphql";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";

import GUIDE from "./guide.md";
import type { Pairs } from "./settings";
import { ENDPOINT, settings } from "./settings";

const post = createGraphiQLFetcher({ url: ENDPOINT, enableIncrementalDelivery: false });

export const fetcher: Fetcher = (asked, options) => {
  const { parameters, operation } = chosen(asked);
  const headers = together(settings.get().headers, options?.headers as Pairs | undefined);
  if (operation?.operation === "subscription") return follow(parameters, headers);
  const answer = post(parameters, { ...options, headers } as FetcherOpts);
  return parameters.operationName === "IntrospectionQuery" ? withGuide(answer) : answer;
};

/** The headers of every request and those of a tab, which win, in whatever case they are written. */
function together(everywhere: Pairs, here: Pairs | undefined): Pairs {
  const all = new Headers(everywhere);
  for (const [name, value] of Object.entries(here ?? {})) all.set(name, value);
  return Object.fromEntries(all.entries());
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

/** The schema, introduced by the guide: it is what the documentation pane begins with. */
async function withGuide(answer: ReturnType<Fetcher>): Promise<ExecutionResult> {
  const found = (await answer) as ExecutionResult<{ __schema?: { description?: string } }>;
  if (found.data?.__schema) found.data.__schema.description = GUIDE;
  return found;
}

/** A subscription on a connection of its own, which is closed when it ends. */
async function* follow(parameters: FetcherParams, headers: Pairs): AsyncGenerator<ExecutionResult> {
  const { transport, path } = settings.get();
  const address = new URL(path || ENDPOINT, window.location.href);
  if (transport === "websocket") address.protocol = address.protocol.replace("http", "ws");
  const client =
    transport === "sse"
      ? createSseClient({ url: address.href, headers, retryAttempts: 0 })
      : createWsClient({ url: address.href, connectionParams: headers, retryAttempts: 0 });
  try {
    yield* client.iterate(parameters as never) as AsyncIterable<ExecutionResult>;
  } catch (error) {
    // A refused WebSocket is told as a bare event.
    if (error instanceof Error || Array.isArray(error)) throw error;
    throw new Error(`No subscriptions are answered at ${address.href}`);
  } finally {
    void client.dispose();
  }
}
