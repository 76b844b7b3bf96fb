// Runs inside the extension host (`extensionTestsPath`), and writes what came of each test to the file RESULTS.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { living } from "./living";
import { providers } from "./providers";
import type { Tests } from "./support";
import { tasks } from "./tasks";
import { waking } from "./waking";

export async function run(): Promise<void> {
  const results: { name: string; failure?: string }[] = [];
  const all: Tests = { ...waking, ...providers, ...tasks, ...living };
  for (const [name, test] of Object.entries(all)) {
    try {
      await test();
      results.push({ name });
    } catch (error) {
      results.push({ name, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  writeFileSync(process.env["RESULTS"] ?? "", JSON.stringify(results));
}
