import { join } from "node:path";

import { defineConfig } from "@playwright/test";

// A service of their own for all tests (service.ts), the system's Chromium, and no retries: a test that fails now and
// then has a fault.
export default defineConfig({
  testDir: ".",
  globalSetup: "./service.ts",
  outputDir: join(process.env.ATLAS_TEST_OUTPUT ?? "../../target/browser", "results"),
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 30_000,
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    viewport: { width: 1400, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
