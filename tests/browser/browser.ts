// What all tests hold a page to: it asks no other host, fails nowhere, and says nothing on the console.
import { test as base, expect } from "@playwright/test";

export const ADDRESS = process.env.ATLAS_ADDRESS ?? "";

/** What a page did that it should not have done. */
interface Trouble {
  foreign: string[];
  console: string[];
  failed: string[];
}

export const test = base.extend<{ trouble: Trouble }>({
  baseURL: async ({}, use) => use(ADDRESS),
  trouble: [
    async ({ context, page }, use) => {
      const trouble: Trouble = { foreign: [], console: [], failed: [] };
      await context.route(
        (url) => /^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(ADDRESS).host,
        (route) => {
          trouble.foreign.push(route.request().url());
          return route.abort();
        },
      );
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") trouble.console.push(message.text());
      });
      page.on("pageerror", (error) => trouble.console.push(error.message));
      page.on("response", (response) => {
        if (response.status() >= 400) trouble.failed.push(`${response.status()} ${response.url()}`);
      });
      await use(trouble);
      expect(trouble).toEqual({ foreign: [], console: [], failed: [] });
    },
    { auto: true },
  ],
});

export { expect };
