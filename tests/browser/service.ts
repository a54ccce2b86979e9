// Starts the service in an empty folder, on a free port, for as long as the tests run; it is ended by its own id.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

export default async function start() {
  const binary = process.env.ATLAS_BINARY;
  const output = process.env.ATLAS_TEST_OUTPUT;
  if (!binary || !output) throw new Error("the service to test is not named: start these tests with tests/run");
  mkdirSync(output, { recursive: true });
  const folder = mkdtempSync(join(output, "service-"));
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("ATLAS_"));
  const service = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--log", "warn"], {
    cwd: folder,
    env: Object.fromEntries(environment),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => service.once("exit", () => resolve()));
  let address: string | undefined;
  for await (const line of createInterface(service.stdout)) {
    address ??= /answers at (http:\S+)/.exec(line)?.[1];
    const missing = /Playground +not in this build: (.*)/.exec(line)?.[1];
    if (missing) {
      service.kill("SIGTERM");
      throw new Error(`the playground is not in this build: ${missing}`);
    }
    if (line.startsWith("Ctrl-C")) break;
  }
  if (!address) throw new Error("the service did not start");
  process.env.ATLAS_ADDRESS = address;
  return async () => {
    service.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}
