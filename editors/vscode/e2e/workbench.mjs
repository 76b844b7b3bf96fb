// A real VS Code (code-server: the same workbench, and the same extension host) in headless Chromium, with a clean
// profile. `scripts/test-vscode` installs what it needs and says where that is.
import { spawn, execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { chromium } from "playwright-core";

const { NODE24, CODE_SERVER, CHROMIUM, SHOTS, THEME } = process.env;
const TIMEOUT_MS = 40_000;
const HOST_TESTS_MS = 180_000;

/** Settings that keep the picture still, and the network out of it. */
const QUIET = {
  "extensions.gallery.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "git.enabled": false,
  "chat.disableAIFeatures": true,
  "workbench.startupEditor": "none",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "editor.hover.delay": 200,
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "editor.cursorBlinking": "solid",
};

/** The built-in extensions that matter here: it starts quicker without the others. */
const BUILT_IN = [
  "go",
  "markdown-basics",
  "markdown-language-features",
  "references-view",
  "theme-2026",
  "theme-defaults",
  "theme-seti",
];

/** Asks again until the answer is true; fails with what was asked for. */
export async function until(what, ask, timeout = TIMEOUT_MS) {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`waited in vain: ${what}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

/**
 * Opens a folder, or a workspace file. `path` goes before PATH, or instead of it with `onlyPath`; `machine` are settings
 * of the machine, where commands are read from. Without `trust` VS Code has to be told that the folder can be trusted.
 * `tests` is a module to run in the extension host, with the extension of this folder as it was built last, and with what
 * is in `environ`.
 */
export async function openWorkbench(options) {
  const { folder, workspace, extensions = [], machine = {}, user = {}, path = "", onlyPath = false, trust = true } = options;
  const { tests, environ: more = {} } = options;
  const home = mkdtempSync(join(tmpdir(), "vscode-"));
  const data = join(home, "data");
  const installed = join(home, "extensions");
  const builtIn = join(home, "built-in");
  for (const made of [join(data, "User"), join(data, "Machine"), installed, builtIn]) {
    mkdirSync(made, { recursive: true });
  }
  writeFileSync(join(data, "Machine", "settings.json"), JSON.stringify(machine));
  writeFileSync(join(data, "User", "settings.json"), JSON.stringify({ ...QUIET, ...(THEME && { "workbench.colorTheme": THEME }), ...user }));
  writeFileSync(join(home, "config.yaml"), "auth: none\n");
  for (const name of BUILT_IN) {
    const source = join(dirname(CODE_SERVER), "../../lib/vscode/extensions", name);
    if (existsSync(source)) {
      symlinkSync(source, join(builtIn, name));
    }
  }
  const searched = onlyPath ? path : [path, process.env.PATH].filter(Boolean).join(":");
  // A terminal asks a login shell for PATH: it has to be the same.
  writeFileSync(join(home, ".bash_profile"), `PATH='${searched}'\n`);
  const environ = { ...process.env, HOME: home, PATH: searched, SHELL: "/bin/bash", GOPATH: goPath(), ...more };
  const base = [CODE_SERVER, "--user-data-dir", data, "--extensions-dir", installed, "--config", join(home, "config.yaml")];
  for (const extension of extensions) {
    execFileSync(NODE24, [...base, "--install-extension", extension], { env: environ, stdio: "ignore" });
  }
  const port = await freePort();
  const log = join(home, "server.log");
  const sink = openSync(log, "w");
  const flags = ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
  const server = spawn(
    NODE24,
    [
      ...base,
      "--bind-addr",
      `127.0.0.1:${String(port)}`,
      ...flags,
      ...(trust ? ["--disable-workspace-trust"] : []),
      "--vscode-option",
      `builtin-extensions-dir=${builtIn}`,
      // A built VS Code runs tests in its extension host only with this.
      ...(tests ? ["--vscode-option", "enable-smoke-test-driver"] : []),
    ],
    { stdio: ["ignore", sink, sink], env: environ },
  );
  const workbench = new Workbench(home, data, server);
  try {
    const host = `127.0.0.1:${String(port)}`;
    await until("code-server answers", () => fetch(`http://${host}/healthz`).then((one) => one.ok, () => false));
    const opened = workspace ? { workspace } : { folder };
    const query = new URLSearchParams(tests ? { ...opened, payload: testPayload(host, tests) } : opened);
    await workbench.show(`http://${host}/?${query.toString()}`);
  } catch (error) {
    await workbench.close();
    throw error;
  }
  return workbench;
}

/** What makes the workbench run tests: the way of @vscode/test-web. */
function testPayload(host, tests) {
  const remote = (path) => `vscode-remote://${host}${path}`;
  return JSON.stringify([
    ["extensionDevelopmentPath", remote(process.cwd())],
    ["extensionTestsPath", remote(tests)],
  ]);
}

class Workbench {
  constructor(home, data, server) {
    this.home = home;
    this.data = data;
    this.server = server;
  }

  async show(address) {
    this.browser = await chromium.launch({
      executablePath: CHROMIUM,
      headless: true,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"],
    });
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    this.page = await context.newPage();
    this.page.setDefaultTimeout(TIMEOUT_MS);
    // The workbench calls these when it runs tests.
    await this.page.exposeFunction("codeAutomationLog", () => undefined);
    this.ran = new Promise((done) => this.page.exposeFunction("codeAutomationExit", done));
    await this.page.goto(address);
    await this.page.locator(".monaco-workbench .part.sidebar .explorer-folders-view").waitFor();
  }

  /** Waits until the tests in the extension host have run; fails if they could not. */
  async tested() {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error("the tests in the extension host did not end")), HOST_TESTS_MS);
    });
    const code = await Promise.race([this.ran, late]).finally(() => clearTimeout(timer));
    if (code !== 0) {
      throw new Error(`the tests in the extension host ended with ${String(code)}`);
    }
  }

  /** Opens a file by its name, with the cursor at a place, both 1-based. */
  async open(name, line = 1, column = 1) {
    const file = name.split("/").at(-1);
    await this.pick("Control+P", `${name}:${String(line)}:${String(column)}`, file);
    await this.page.locator(`.tab.active[data-resource-name="${file}"]`).first().waitFor();
    await this.cursor(line, column);
  }

  /** Waits until the status bar says that the cursor is there. */
  async cursor(line, column) {
    const shown = `Ln ${String(line)}, Col ${String(column)}`;
    await this.page.locator("#status\\.editor\\.selection", { hasText: shown }).waitFor();
  }

  /** Runs a command by its title. */
  command(title) {
    return this.pick("F1", `>${title}`, title);
  }

  /**
   * Has a key open its list, the list search for a text, and takes the entry in front, which has a name in it. A list
   * holds what there was when it was opened, and a key that meets a page which is still being drawn is lost: then again.
   */
  async pick(key, text, name) {
    const input = this.page.locator(".quick-input-widget:visible input").first();
    const front = this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: name }).first();
    await until(`${text} can be picked`, async () => {
      await this.page.keyboard.press(key);
      try {
        await input.fill(text, { timeout: 3000 });
        await front.waitFor({ timeout: 5000 });
        return true;
      } catch {
        await this.page.keyboard.press("Escape");
        return false;
      }
    });
    await input.press("Enter");
  }

  /** Presses F12 until it leads to a file: a server that has only just been started knows no answer yet. */
  async follow(file) {
    const there = this.page.locator(`.tab.active[data-resource-name="${file}"]`).first();
    await until(`F12 leads to ${file}`, async () => {
      await this.page.keyboard.press("F12");
      return there.waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
  }

  /** What the braces in the status bar say of the server, once it has a text in it. */
  async status(text) {
    const item = this.page.locator(".hover-language-status", { hasText: text }).first();
    await until(`the status item says ${String(text)}`, async () => {
      await this.page.locator('.statusbar-item[id="status.languageStatus"]').hover();
      return item.waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    return item;
  }

  /** The parts of the line with a text that have a colour each. */
  async coloured(text) {
    const parts = await this.page.locator(".view-line", { hasText: text }).first().locator("span > span").allInnerTexts();
    return parts.map((part) => part.replaceAll("\u00a0", " ").trim()).filter(Boolean);
  }

  /** The text of the editor in front, as far as it can be seen. */
  async text() {
    const lines = await this.page.locator(".editor-group-container.active .view-lines .view-line").allInnerTexts();
    return lines.map((line) => line.replaceAll("\u00a0", " ")).join("\n");
  }

  /** The name of the tab in front. */
  async tab() {
    return this.page.locator(".editor-group-container.active .tab.active").first().getAttribute("data-resource-name");
  }

  async closeTab() {
    const tab = this.page.locator(".editor-group-container.active .tab.active");
    const name = await tab.getAttribute("data-resource-name");
    await tab.click({ button: "middle" });
    await until("the tab is closed", async () => (await tab.count()) === 0 || (await this.tab()) !== name);
  }

  /** The page inside the webview in front. */
  webview() {
    return this.page.frameLocator("iframe.webview.ready >> nth=-1").frameLocator("iframe").first();
  }

  toast(text) {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text }).first();
  }

  /** The processes that were started below this workbench and have a word in their command line: their numbers. */
  processes(word) {
    return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)).map(Number).filter((id) => this.isOurs(id, word));
  }

  isOurs(id, word) {
    try {
      const said = readFileSync(`/proc/${String(id)}/cmdline`, "utf8").replaceAll("\0", " ");
      return said.includes(word) && readFileSync(`/proc/${String(id)}/environ`, "utf8").includes(`HOME=${this.home}\0`);
    } catch {
      return false; // gone meanwhile
    }
  }

  /** Takes the settings of the machine anew. */
  configure(machine) {
    writeFileSync(join(this.data, "Machine", "settings.json"), JSON.stringify(machine));
  }

  /** A picture for people to look at, of the window or of a part of it; kept where SHOTS says. */
  async shot(name, clip) {
    if (SHOTS) {
      mkdirSync(SHOTS, { recursive: true });
      await this.page.screenshot({ path: join(SHOTS, `${name}.png`), ...(clip && { clip }) });
    }
  }

  /** A part of a test; a picture and the logs are kept when it fails. */
  step(t, name, run) {
    return t.test(name, () => this.keeping(name, run));
  }

  async keeping(name, run) {
    try {
      return await run(this);
    } catch (error) {
      await this.shot(`failed ${name}`);
      console.error(this.logs());
      throw error;
    }
  }

  /** What VS Code's output channels and extension host have logged. */
  logs() {
    return readdirSync(this.data, { recursive: true })
      .filter((file) => /(?:exthost|linkname|remoteagent)[^/]*\.log$/.test(file))
      .map((file) => `--- ${file}\n${readFileSync(join(this.data, file), "utf8").slice(-4000)}`)
      .join("\n");
  }

  /** Closes everything; returns the processes with a word in their command line that are left after ten seconds. */
  async close(word = "linkname") {
    await this.browser?.close();
    this.server.kill("SIGTERM");
    if (this.server.exitCode === null && this.server.signalCode === null) {
      const killed = setTimeout(() => this.server.kill("SIGKILL"), 10_000);
      await once(this.server, "exit");
      clearTimeout(killed);
    }
    let left = this.processes(word);
    for (const end = Date.now() + 10_000; left.length > 0 && Date.now() < end; left = this.processes(word)) {
      await new Promise((done) => setTimeout(done, 200));
    }
    for (const id of left) {
      process.kill(id, "SIGKILL");
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    return left;
  }
}

/** Runs a test in a workbench and closes it; a picture and the logs are kept when it fails. */
export async function inWorkbench(options, name, run) {
  const workbench = await openWorkbench(options);
  try {
    await workbench.keeping(name, run);
  } finally {
    await workbench.close();
  }
}

/** HOME is another one there: what the go command has downloaded is not to be downloaded again. */
function goPath() {
  return execFileSync("go", ["env", "GOPATH"]).toString().trim();
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
