// Links that open the playground with a query in it: /graphiql?query=…&variables=…
import { ToolbarButton, useGraphiQL } from "@graphiql/react";
import { useState } from "react";

import { LinkIcon } from "./icons";

/** What the address asks to be shown; nothing for an address without a query. */
export function shared({ search }: { search: string }): { query: string; variables?: string } | undefined {
  const parameters = new URLSearchParams(search);
  const query = parameters.get("query");
  if (!query) return undefined;
  const variables = parameters.get("variables");
  return variables ? { query, variables } : { query };
}

/** Copies a link to the query at hand; where the browser does not let a page copy, puts it into the address. */
export function ShareButton() {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  const [said, setSaid] = useState("");
  const copy = async () => {
    const link = new URL("/graphiql", window.location.href);
    link.searchParams.set("query", query?.getValue() ?? "");
    const given = variables?.getValue().trim();
    if (given) link.searchParams.set("variables", given);
    try {
      await navigator.clipboard.writeText(link.href);
      setSaid("Link copied");
    } catch {
      window.history.replaceState(null, "", link);
      setSaid("The link is in the address bar");
    }
    setTimeout(() => setSaid(""), 4000);
  };
  return (
    <ToolbarButton label={said || "Copy a link to this query"} onClick={() => void copy()}>
      <LinkIcon />
    </ToolbarButton>
  );
}
