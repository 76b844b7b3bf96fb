// Before the server is up, when it does not come up, and how much it tells.
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { inWorkbench, until } from "./workbench.mjs";

const { VSIX } = process.env;

test("a server that starts, or does not", async (t) => {
  const files = { ...MODULE, "app.go": `${MODULE["app.go"]}\n// go:linkname with a blank before it is a comment\n` };
  // One that never says hello.
  const options = { folder: folder(t, files), extensions: [VSIX], path: bin(t), machine: { "linkname.command": ["sleep", "1234"] } };
  await inWorkbench(options, "starting", async (wb) => {
    const { page } = wb;
    await wb.open("app.go", 8, 30);

    await wb.step(t, "the status item says that it starts", async () => {
      const item = await wb.status("The server is starting");
      await item.locator(".codicon-loading").waitFor();
      assert.equal(wb.processes("sleep 1234").length, 1);
      await page.mouse.move(640, 400); // or what it says would cover the messages
    });

    await wb.step(t, "directives are coloured before it is up, and comments are comments", async () => {
      await until("the grammar is there", async () => (await wb.coloured("//go:linkname ticks")).length > 1);
      assert.deepEqual(await wb.coloured("//go:linkname ticks"), ["//", "go:linkname", "ticks", "example.com/app/clock.ticks"]);
      assert.deepEqual(await wb.coloured("// go:linkname with"), ["// go:linkname with a blank before it is a comment"]);
      await wb.shot("before the server is up");
    });

    await wb.step(t, "one that ends at once is told of with its reason, and a click shows the log", async () => {
      wb.configure({ "linkname.command": ["false"] });
      const toast = wb.toast("did not start as a language server: it ended with exit code 1");
      await toast.locator(".monaco-button").first().hover(); // waits until it has come to rest
      await wb.shot("server ended");
      assert.deepEqual(await toast.locator(".monaco-button").allInnerTexts(), ["Show Log", "Restart"]);
      assert.deepEqual(wb.processes("sleep 1234"), []);
      await toast.locator(".monaco-button", { hasText: "Show Log" }).click();
      await page.locator(".panel .view-line", { hasText: "did not start as a language server" }).first().waitFor();
      await wb.shot("log");
      await wb.status("did not start as a language server");
    });

    await wb.step(t, "a setting mends it without a reload", async () => {
      wb.configure({});
      await wb.status(/Go 1\.\d+\.\d+ · [\d,]+ links/);
    });

    await wb.step(t, "the log level of the channel is the server's", async () => {
      await wb.command("Developer: Set Log Level...");
      for (const choice of ["linkname", "Debug"]) {
        const input = page.locator(".quick-input-widget:visible input").first();
        await input.fill(choice);
        await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: choice }).first().waitFor();
        await input.press("Enter");
      }
      await until("it is started anew", () => wb.processes("--log-level info").length === 1);
      await wb.open("app.go", 8, 30);
      await wb.follow("clock.go");
      await until("the log has messages", () => /\[info\] \S+: .*textDocument\/definition/.test(wb.logs()));
    });
  });
});
