// The playground: GraphiQL with the examples, the explorer, and a pane for what is sent along.
import "./workers";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./playground.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";

import { connectionPlugin, fetcherOf, settings } from "./connection";
import { EXAMPLES } from "./examples";
import { ShareButton, shared } from "./share";

// Made once: GraphiQL takes a plugin that is a new object for another one.
const PLUGINS = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false }), connectionPlugin];
const SHARED = shared(window.location);

function Playground() {
  const current = useSyncExternalStore(settings.subscribe, settings.get);
  return (
    <GraphiQL
      fetcher={fetcherOf(current)}
      plugins={PLUGINS}
      defaultTabs={SHARED ? [SHARED, ...EXAMPLES.filter(({ query }) => query !== SHARED.query)] : EXAMPLES}
      initialQuery={SHARED?.query}
      initialVariables={SHARED?.variables}
      inputValueDeprecation
      schemaDescription
      shouldPersistHeaders={false}
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
