// The start page: live figures, links that lead somewhere, readable without scripts and with a screen reader.
import { createRequire } from "node:module";

import { expect, test } from "./browser";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface AxeResult {
  id: string;
  nodes: { html: string }[];
}
interface Axe {
  axe: { run(): Promise<Record<"violations" | "incomplete" | "passes", AxeResult[]>> };
}

test("the start page shows what the API counts", async ({ page, request }) => {
  const answer = await request.post("/graphql", {
    data: { query: "{ atlas { revision recordCounts { kind count } } }" },
  });
  const { atlas } = (await answer.json()).data;
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Atlas");
  const figures = page.locator("dl.figures > div");
  await expect(figures).toHaveCount(9);
  for (const { kind, count } of atlas.recordCounts) {
    const name = `${kind.toLowerCase()}s`;
    const figure = figures.filter({ has: page.getByRole("link", { name, exact: true }) });
    await expect(figure.locator("dd")).toHaveText(count.toLocaleString("en"));
    expect(count).toBeGreaterThan(0);
  }
  await expect(page.getByText(atlas.revision)).toBeVisible();
});

test("every link of the start page leads somewhere", async ({ page, request }) => {
  await page.goto("/");
  const links = await page.locator("a").evaluateAll((found) => found.map((link) => (link as HTMLAnchorElement).href));
  expect(links.length).toBeGreaterThan(15);
  for (const link of new Set(links)) {
    const answer = await request.get(link);
    expect(answer.status(), link).toBe(200);
    // What opens in the playground can be asked as it stands.
    const { pathname, searchParams } = new URL(link);
    const query = searchParams.get("query");
    if (pathname === "/graphql") expect(await answer.json(), link).not.toHaveProperty("errors");
    if (pathname === "/graphiql" && query) {
      const { data, errors } = await (await request.post("/graphql", { data: { query } })).json();
      expect([errors, Object.values(data)], link).toEqual([undefined, expect.not.arrayContaining([null])]);
    }
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the start page is accessible, ${colorScheme}`, async ({ browser, baseURL }) => {
    // The page's policy lets nothing in, this included.
    const context = await browser.newContext({ baseURL, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    await page.goto("/");
    await page.addScriptTag({ path: AXE });
    const found = await page.evaluate(async () => {
      const { violations, incomplete, passes } = await (window as unknown as Axe).axe.run();
      const told = (results: AxeResult[]) => results.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
      return { violations: told(violations), incomplete: told(incomplete), passes: passes.length };
    });
    expect(found).toEqual({ violations: [], incomplete: [], passes: expect.any(Number) });
    expect(found.passes).toBeGreaterThan(15);
    await context.close();
  });
}

test("the start page needs no scripts", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Open the playground" })).toBeVisible();
  await expect(page.locator("dl.figures dd").first()).toHaveText(/^[1-9][\d,]*$/);
  expect(await page.locator("script").count()).toBe(0);
  await context.close();
});

test("a figure opens the playground with the list it counts", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "instruments" }).click();
  await expect(page.locator(".graphiql-query-editor .view-lines")).toContainText("instruments");
});
