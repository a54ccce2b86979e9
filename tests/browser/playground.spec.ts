// The playground as newcomers meet it: examples that run, names that complete, documentation, settings.
import type { Page, Request } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { ADDRESS, expect, test } from "./browser";

const FOLDER = fileURLToPath(new URL("../../web/examples/", import.meta.url));
const EXAMPLES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".graphql"))
  .sort()
  .map((name) => readFileSync(FOLDER + name, "utf8"));

async function open(page: Page, address = "/graphiql") {
  await page.goto(address);
  await ready(page);
}

async function reload(page: Page) {
  await page.reload();
  await ready(page);
}

/** Until the editor is there: before, nothing could be run. */
async function ready(page: Page) {
  await expect(page.getByRole("button", { name: "Execute query" })).toBeVisible();
  await expect(page.locator(".graphiql-query-editor .view-line").first()).toBeVisible();
}

/** Puts a text in place of what the query editor holds. */
async function write(page: Page, query: string) {
  await page.locator(".graphiql-query-editor .view-lines").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(query);
}

/** Whether this asks what is in the editor, rather than for the schema. */
const asks = (request: Request) =>
  new URL(request.url()).pathname === "/graphql" && !request.postData()?.includes("IntrospectionQuery");

/** Runs what is in the editor and gives the answer that the service sent. */
async function run(page: Page) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => asks(response.request())),
    page.getByRole("button", { name: "Execute query" }).click(),
  ]);
  return answer.json();
}

const result = (page: Page) => page.locator(".result-window .view-lines");
const tabs = (page: Page) => page.locator(".graphiql-tabs").getByRole("tab").locator(".graphiql-tab-button");

test("the playground opens with eight examples, and each runs without an error", async ({ page }) => {
  await open(page);
  expect(EXAMPLES).toHaveLength(8);
  const names = EXAMPLES.map((example) => /^query (\w+)/m.exec(example)?.[1] ?? "");
  await expect(tabs(page)).toHaveText(names);
  for (const [place, example] of EXAMPLES.entries()) {
    await tabs(page).nth(place).click();
    const [first = ""] = example.split("\n");
    expect(first).toMatch(/^# \w/);
    await expect(page.locator(".graphiql-query-editor .view-line").first()).toHaveText(first);
    const answer = await run(page);
    expect(answer.errors, names[place]).toBeUndefined();
    expect(Object.values(answer.data).every((value) => value !== null), names[place]).toBe(true);
    await expect(result(page)).toContainText('"data"');
  }
  await tabs(page).first().click();
  await page.mouse.move(700, 880);
  await page.screenshot({ path: `${process.env.ATLAS_TEST_OUTPUT}/playground.png`, animations: "disabled" });
});

test("names of fields are completed", async ({ page }) => {
  await open(page);
  await write(page, "");
  await page.keyboard.type("{ organ");
  const suggestions = page.locator(".suggest-widget .monaco-list-row .label-name");
  await expect.poll(async () => (await suggestions.allInnerTexts()).sort()).toEqual(["organisation", "organisations"]);
});

test("a field that does not exist is marked", async ({ page }) => {
  await open(page);
  await write(page, "{ organisation(slug: \"iso\") { nam } }");
  await expect(page.locator(".graphiql-query-editor .squiggly-error")).toBeVisible();
});

test("the documentation begins with a guide and explains every field", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  const pane = page.locator(".graphiql-doc-explorer");
  await expect(pane).toContainText("nine kinds of record");
  await pane.getByRole("link", { name: "Query", exact: true }).first().click();
  await expect(pane).toContainText("The organisation with this slug");
  await pane.getByRole("link", { name: "Organisation", exact: true }).first().click();
  await expect(pane).toContainText("futureOfMeetings");
});

test("the explorer writes a query", async ({ page }) => {
  await open(page);
  await write(page, "query Made { atlas { version } }");
  await page.getByRole("button", { name: "Show GraphiQL Explorer" }).click();
  await page.locator(".graphiql-explorer-root").getByText("revision", { exact: true }).click();
  await expect(page.locator(".graphiql-query-editor .view-lines")).toContainText("revision");
});

test("the theme follows the system and can be chosen", async ({ page }) => {
  const ground = () => page.locator(".graphiql-container").evaluate((element) => getComputedStyle(element).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await open(page);
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(ground).not.toBe(light);
  await page.getByRole("button", { name: "Open settings dialog" }).click();
  await page.getByRole("button", { name: "Light", exact: true }).click();
  await expect.poll(ground).toBe(light);
});

test("headers go along: of every request, and of a tab, which win however they are written", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Show Connection" }).click();
  const everywhere = page.getByLabel("Headers of every request");
  for (const [text, wrong] of [
    ["{ 1 }", "This is not JSON"],
    ["[1]", "not an object"],
    ['{ "a": 1 }', "must be a text"],
    ['{ "X-Bad é": "1" }', "cannot be a header"],
  ] as const) {
    await everywhere.fill(text);
    await everywhere.blur();
    await expect(page.getByText(wrong)).toBeVisible();
  }
  // Who asks may matter to the schema, so it is asked for again, once what is typed is done.
  const [introspection] = await Promise.all([
    page.waitForRequest((sent) => sent.postData()?.includes("IntrospectionQuery") ?? false),
    everywhere.fill('{ "X-One": "1", "x-two": "2" }').then(() => everywhere.blur()),
  ]);
  expect(introspection.headers()["x-two"]).toBe("2");
  await page.getByRole("button", { name: "Headers" }).click();
  await page.locator('[aria-label="Headers"] .view-lines:visible').click();
  await page.keyboard.insertText('{ "X-TWO": "3" }');
  const [request] = await Promise.all([
    page.waitForRequest(asks),
    page.getByRole("button", { name: "Execute query" }).click(),
  ]);
  const headers = request.headers();
  expect([headers["x-one"], headers["x-two"]]).toEqual(["1", "3"]);
  // GraphiQL opens again with the pane that was open.
  await reload(page);
  await expect(everywhere).toHaveValue(/X-One/);
});

test("headers are kept only when that is asked for, and can be cleared", async ({ page }) => {
  const kept = () => page.evaluate(() => JSON.stringify(localStorage));
  await open(page);
  await page.getByRole("button", { name: "Headers" }).click();
  await page.locator('[aria-label="Headers"] .view-lines:visible').click();
  await page.keyboard.insertText('{ "X-Token": "SECRET" }');
  await run(page);
  await expect.poll(kept).toContain("graphiql:queries");
  expect(await kept()).not.toContain("SECRET");
  // Switched on, they stay, and the switch says so.
  await page.getByRole("button", { name: "Open settings dialog" }).click();
  await page.getByRole("button", { name: "On", exact: true }).click();
  await expect.poll(kept).toContain("SECRET");
  await reload(page);
  await page.getByRole("button", { name: "Open settings dialog" }).click();
  await expect(page.getByRole("button", { name: "On", exact: true })).toHaveClass(/active/);
  await page.getByRole("button", { name: "Off", exact: true }).click();
  await expect.poll(kept).not.toContain("SECRET");
  await page.getByRole("button", { name: "Clear data" }).click();
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("queries")))).toEqual([]);
});

test("a path that cannot be one is refused and breaks nothing", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Show Connection" }).click();
  const path = page.getByLabel("Path of subscriptions, on this host");
  for (const wrong of ["//", "http://elsewhere.example", "graphql", "//elsewhere.example/x"]) {
    await path.fill(wrong);
    await path.press("Enter");
    await expect(page.getByText("Write a path of this host")).toBeVisible();
  }
  // What stands in the browser from elsewhere breaks nothing either.
  await page.evaluate(() => localStorage.setItem("atlas:connection", '{"transport":7,"path":"//"}'));
  await reload(page);
  await expect(path).toHaveValue("");
  expect((await run(page)).errors).toBeUndefined();
});

test("the playground works where the browser keeps nothing", async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
    }
  });
  await open(page);
  expect((await run(page)).errors).toBeUndefined();
});

test("examples come back from their pane", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Show Examples" }).click();
  await page.getByRole("button", { name: "Page by page, with variables." }).click();
  await expect(tabs(page)).toHaveCount(9);
  await expect(tabs(page).nth(8)).toHaveText("PageByPage");
  expect((await run(page)).data.organisations.nodes).toHaveLength(3);
});

test("subscriptions travel over WebSocket", async ({ page }) => {
  const heard: unknown[] = [];
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    socket.onMessage((text) => {
      const message = JSON.parse(String(text));
      heard.push(message.payload);
      if (message.type === "connection_init") socket.send(JSON.stringify({ type: "connection_ack" }));
      if (message.type === "subscribe") {
        socket.send(JSON.stringify({ id: message.id, type: "next", payload: { data: { beat: 7 } } }));
        socket.send(JSON.stringify({ id: message.id, type: "complete" }));
      }
    });
  });
  await open(page);
  await page.getByRole("button", { name: "Show Connection" }).click();
  await page.getByLabel("Headers of every request").fill('{ "X-One": "1" }');
  await write(page, "subscription Beat { beat }");
  await page.getByRole("button", { name: "Execute query" }).click();
  await expect(result(page)).toContainText('"beat": 7');
  expect(heard).toEqual([{ "x-one": "1" }, expect.objectContaining({ query: "subscription Beat { beat }" })]);
});

test("subscriptions travel over server-sent events, at a path of their own", async ({ page }) => {
  await page.route("**/events", (route) =>
    route.fulfill({
      contentType: "text/event-stream",
      body: 'event: next\ndata: {"data":{"beat":8}}\n\nevent: complete\ndata:\n\n',
    }),
  );
  await open(page);
  await page.getByRole("button", { name: "Show Connection" }).click();
  await page.getByLabel("server-sent events").check();
  await page.getByLabel("Path of subscriptions, on this host").fill("/events");
  await write(page, "subscription Beat { beat }");
  await page.getByRole("button", { name: "Execute query" }).click();
  await expect(result(page)).toContainText('"beat": 8');
});

test("a service that answers no subscriptions is said to be one", async ({ page, trouble }) => {
  await open(page);
  await write(page, "subscription Beat { beat }");
  await page.getByRole("button", { name: "Execute query" }).click();
  await expect(result(page)).toContainText("No subscriptions are answered at ws://");
  // The browser itself reports the refused connection.
  expect(trouble.console.splice(0)).toEqual([expect.stringContaining("WebSocket connection")]);
});

test("a link holds a query and its variables", async ({ page }) => {
  await open(page);
  await tabs(page).nth(5).click();
  await page.getByRole("button", { name: "Copy a link to this query" }).click();
  await expect(page.getByRole("button", { name: "Link copied" })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(link).origin).toBe(ADDRESS);
  // Somebody who has been here before finds it in front of what is there, once.
  await open(page, link);
  await expect(page).toHaveURL("/graphiql");
  await expect(tabs(page)).toHaveCount(8);
  // GraphiQL keeps what is in its editors a moment later.
  const kept = () => page.evaluate(() => ["query", "variables"].map((key) => localStorage.getItem(`graphiql:${key}`)));
  await expect.poll(kept).toEqual([expect.stringContaining("PageByPage"), expect.stringContaining("CH")]);
  await reload(page);
  await expect(tabs(page)).toHaveCount(8);
  expect((await run(page)).data.organisations.nodes).toHaveLength(3);
});

test("who follows a link to the playground for the first time finds its query before the examples", async ({ page }) => {
  const query = "query Shared($slug: String!) { issue(slug: $slug) { name } }";
  const variables = JSON.stringify({ slug: "access" });
  await open(page, `/graphiql?${new URLSearchParams({ query, variables })}`);
  await expect(tabs(page)).toHaveCount(9);
  await expect(tabs(page).first()).toHaveText("Shared");
  expect((await run(page)).data).toEqual({ issue: { name: "Access" } });
});

test("a link is shown where it cannot be copied", async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await open(page);
  await page.getByRole("button", { name: "Copy a link to this query" }).click();
  await expect(page).toHaveURL(/\/graphiql\?query=.*OneIssue/);
});

test("the page has a heading and a main part, and without scripts says where to go", async ({ browser, baseURL }) => {
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ baseURL, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto("/graphiql");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Atlas playground");
    await expect(page.getByRole("main")).toHaveCount(1);
    await expect(page.locator(".atlas-note")).toBeVisible({ visible: !javaScriptEnabled });
    await context.close();
  }
});

test("pages may load from this service alone, run no other script and stand in no frame", async ({ page }) => {
  for (const address of ["/graphiql", "/", "/graphql?query={__typename}", "/nowhere"]) {
    const headers = (await page.request.get(address)).headers();
    const policy = headers["content-security-policy"] ?? "";
    expect(policy, address).toContain("default-src 'none'");
    expect(policy, address).toContain("frame-ancestors 'none'");
    expect(policy, address).not.toMatch(/script-src[^;]*(unsafe|\*|http|data:|blob:)/);
    expect(policy, address).not.toMatch(/(connect|worker|img|font)-src[^;]*(\*|http)/);
    expect(headers["x-content-type-options"], address).toBe("nosniff");
    expect(headers["referrer-policy"], address).toBe("no-referrer");
  }
});
