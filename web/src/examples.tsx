// What the playground opens with: one tab an example; and the pane that brings them back. The service's tests ask each
// of them too.
import type { GraphiQLPlugin } from "@graphiql/react";
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { flushSync } from "react-dom";

import oneIssue from "../examples/1-one-issue.graphql";
import standards from "../examples/2-standards-on-the-way.graphql";
import organisation from "../examples/3-an-organisation.graphql";
import rules from "../examples/4-rules-and-parties.graphql";
import sources from "../examples/5-where-it-comes-from.graphql";
import pages from "../examples/6-page-by-page.graphql";
import everything from "../examples/7-search-everything.graphql";
import counts from "../examples/8-counts-and-changes.graphql";
import pagesVariables from "../examples/6-page-by-page.json";
import { LampIcon } from "./icons";

interface Example {
  query: string;
  variables?: string;
}

export const EXAMPLES: Example[] = [
  { query: oneIssue },
  { query: standards },
  { query: organisation },
  { query: rules },
  { query: sources },
  { query: pages, variables: JSON.stringify(pagesVariables, null, 2) },
  { query: everything },
  { query: counts },
];

/** The first line of an example is a comment, and its title. */
const title = ({ query }: Example) => query.slice(0, query.indexOf("\n")).replace(/^#\s*/, "");

function ExamplesPane() {
  const { addTab } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const open = ({ query, variables = "" }: Example) => {
    flushSync(addTab);
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
    queryEditor?.focus();
  };
  return (
    <div className="atlas-pane">
      <h2 className="graphiql-doc-explorer-title">Examples</h2>
      <p>Each opens in a tab of its own.</p>
      <ul>
        {EXAMPLES.map((example) => (
          <li key={title(example)}>
            <button type="button" onClick={() => open(example)}>
              {title(example)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

export const examplesPlugin: GraphiQLPlugin = { title: "Examples", icon: LampIcon, content: ExamplesPane };
