// What the playground opens with: one tab an example. The service's tests ask each of them too.
import oneIssue from "../examples/1-one-issue.graphql";
import standards from "../examples/2-standards-on-the-way.graphql";
import organisation from "../examples/3-an-organisation.graphql";
import rules from "../examples/4-rules-and-parties.graphql";
import sources from "../examples/5-where-it-comes-from.graphql";
import pages from "../examples/6-page-by-page.graphql";
import pagesVariables from "../examples/6-page-by-page.json";

export const EXAMPLES = [
  { query: oneIssue },
  { query: standards },
  { query: organisation },
  { query: rules },
  { query: sources },
  { query: pages, variables: JSON.stringify(pagesVariables, null, 2) },
];
