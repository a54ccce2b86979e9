// The playground: GraphiQL with examples, the explorer, and a pane for what is sent along.
import "./workers";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./playground.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { connectionPlugin } from "./connection";
import { EXAMPLES, examplesPlugin } from "./examples";
import { fetcher } from "./fetcher";
import { ShareButton, shared } from "./share";
import { persistsHeaders, storage } from "./storage";

// Made once: GraphiQL takes a plugin that is a new object for another one.
const PLUGINS = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false }), examplesPlugin, connectionPlugin];
const SHARED = shared(window.location);
const PERSISTS_HEADERS = persistsHeaders();

// GraphiQL opens what it kept from the last time, in the tab that holds it or in a new one: so does it open what was
// shared. With that the address has done its work, and the page may be loaded again without another tab.
if (SHARED) {
  for (const part of ["query", "variables"] as const) {
    const text = SHARED[part];
    if (text) storage.setItem(`graphiql:${part}`, text);
    else storage.removeItem(`graphiql:${part}`);
  }
  window.history.replaceState(null, "", "/graphiql");
}

function Playground() {
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      plugins={PLUGINS}
      defaultTabs={SHARED ? [SHARED, ...EXAMPLES.filter(({ query }) => query !== SHARED.query)] : EXAMPLES}
      inputValueDeprecation
      schemaDescription
      shouldPersistHeaders={PERSISTS_HEADERS}
      showPersistHeadersSettings
    >
      <GraphiQL.Logo>
        <a className="atlas-logo" href="/" title="What is here">
          Atlas
        </a>
      </GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, copy, merge }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <ShareButton />
          </>
        )}
      </GraphiQL.Toolbar>
    </GraphiQL>
  );
}

const root = document.getElementById("playground");
if (root) createRoot(root).render(<Playground />);
