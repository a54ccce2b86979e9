// The start page: live figures, links that lead somewhere, readable without scripts and with a screen reader.
import AxeBuilder from "@axe-core/playwright";

import { expect, test } from "./browser";

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
    if (new URL(link).pathname === "/graphql") expect(await answer.json(), link).not.toHaveProperty("errors");
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the start page is accessible, ${colorScheme}`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({ baseURL, colorScheme });
    const page = await context.newPage();
    await page.goto("/");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
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
