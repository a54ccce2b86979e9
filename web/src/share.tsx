// Links that open the playground with a query in it: /graphiql?query=…&variables=…
import { LinkIcon } from "./icons";
import { ToolbarButton, useGraphiQL } from "@graphiql/react";
import { useState } from "react";

/** What the address asks to be shown; nothing for an address without a query. */
export function shared({ search }: { search: string }): { query: string; variables?: string } | undefined {
  const parameters = new URLSearchParams(search);
  const query = parameters.get("query");
  if (!query) return undefined;
  const variables = parameters.get("variables");
  return variables ? { query, variables } : { query };
}

/** Copies a link to the query at hand. */
export function ShareButton() {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const link = new URL("/graphiql", window.location.href);
    link.searchParams.set("query", query?.getValue() ?? "");
    const given = variables?.getValue().trim();
    if (given) link.searchParams.set("variables", given);
    await navigator.clipboard.writeText(link.href);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <ToolbarButton label={copied ? "Link copied" : "Copy a link to this query"} onClick={() => void copy()}>
      <LinkIcon />
    </ToolbarButton>
  );
}
