// What the server offers, asked for as VS Code and other extensions ask.
import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { ask, askAt, file, find, findings, show, spot, type Tests } from "./support";

type Place = vscode.Location | vscode.LocationLink;

export const providers: Tests = {
  async "a Go file starts the extension, and all its commands are there"() {
    await show("app/app.go");
    const extension = vscode.extensions.getExtension<undefined>("linkname-ls.linkname-ls");
    assert.ok(extension);
    await ask("the extension is active", () => extension.isActive);
    const manifest = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const known = await vscode.commands.getCommands();
    assert.deepEqual(manifest.contributes.commands.filter(({ command }) => !known.includes(command)), []);
  },

  async "definition leads to another package, and into the Go tree"() {
    const ticks = await askAt<Place[]>("vscode.executeDefinitionProvider", "app/app.go", await find("app/app.go", "clock.ticks"));
    assert.deepEqual(ticks.map(spot), ["clock/clock.go:4"]);
    const pin = await askAt<Place[]>("vscode.executeDefinitionProvider", "app/app.go", await find("app/app.go", "runtime.procPin"));
    assert.match(pin.map(spot).join(), /^runtime\/proc\.go:\d+$/);
  },

  async "a symbol in assembly leads to its Go declaration"() {
    const place = await find("app/sum_amd64.s", "·sum");
    const found = await askAt<Place[]>("vscode.executeDefinitionProvider", "app/sum_amd64.s", place);
    assert.ok(found.map(spot).includes("app/sum.go:3"), found.map(spot).join());
  },

  async "hover tells which way the link goes"() {
    const hovers = await askAt<vscode.Hover[]>("vscode.executeHoverProvider", "app/app.go", await find("app/app.go", "clock.ticks"));
    const text = hovers.flatMap((one) => one.contents.map((part) => (part as vscode.MarkdownString).value)).join("\n");
    assert.match(text, /pulls/);
    assert.match(text, /clock\.go/);
  },

  async "references are those of the symbol, in both packages"() {
    const found = await askAt<Place[]>("vscode.executeReferenceProvider", "app/app.go", await find("app/app.go", "clock.ticks"));
    assert.deepEqual(new Set(found.map((one) => spot(one).replace(/:.*/, ""))), new Set(["app/app.go", "clock/clock.go"]));
  },

  async "the symbol is highlighted where the file has it"() {
    const found = await askAt<vscode.DocumentHighlight[]>("vscode.executeDocumentHighlights", "app/app.go", await find("app/app.go", "ticks example"));
    assert.deepEqual(found.map((one) => one.range.start.line + 1), [8, 8, 9, 11]);
  },

  async "calls are followed through the link"() {
    const place = await find("app/clock/clock.go", "ticks() int64 { return 42");
    const [item] = await askAt<vscode.CallHierarchyItem[]>("vscode.prepareCallHierarchy", "app/clock/clock.go", place);
    const calls = await vscode.commands.executeCommand<vscode.CallHierarchyIncomingCall[]>("vscode.provideIncomingCalls", item);
    assert.ok(calls.map((one) => one.from.name).includes("Elapsed"), calls.map((one) => one.from.name).join());
  },

  async "implementation leads to the body, and declaration to who has none"() {
    const place = await find("app/app.go", "clock.ticks");
    const bodies = await askAt<Place[]>("vscode.executeImplementationProvider", "app/app.go", place);
    assert.deepEqual(bodies.map(spot), ["clock/clock.go:4"]);
    const declared = await askAt<Place[]>("vscode.executeDeclarationProvider", "app/app.go", place);
    assert.deepEqual(declared.map(spot), ["app/app.go:9"]);
  },

  async "a hint behind a function in assembly tells where its body is"() {
    const all = new vscode.Range(new vscode.Position(0, 0), new vscode.Position(4, 0));
    const hints = await ask("hints", () =>
      vscode.commands.executeCommand<vscode.InlayHint[]>("vscode.executeInlayHintProvider", file("app/sum.go"), all),
    );
    assert.deepEqual(hints.map((one) => one.position.line + 1), [3]);
  },

  async "targets are links, and directives are in the outline"() {
    const links = await ask("links", () =>
      vscode.commands.executeCommand<vscode.DocumentLink[]>("vscode.executeLinkProvider", file("app/app.go")),
    );
    assert.deepEqual(links.map((one) => one.range.start.line + 1), [5, 8]);
    const outline = await ask("outline", () =>
      vscode.commands.executeCommand<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", file("app/app.go")),
    );
    assert.deepEqual(outline.map((one) => one.range.start.line + 1), [5, 8]);
  },

  async "a lens counts who links"() {
    const lenses = await ask("lenses", () =>
      vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", file("app/clock/clock.go"), 10),
    );
    assert.deepEqual(lenses.map((one) => `${String(one.range.start.line + 1)} ${one.command?.title ?? ""}`), ["4 1 pull"]);
  },

  async "directives have colours"() {
    const legend = await ask("legend", () =>
      vscode.commands.executeCommand<vscode.SemanticTokensLegend>("vscode.provideDocumentSemanticTokensLegend", file("app/app.go")),
    );
    const { data } = await ask("tokens", () =>
      vscode.commands.executeCommand<vscode.SemanticTokens>("vscode.provideDocumentSemanticTokens", file("app/app.go")),
    );
    assert.equal(data.length % 5, 0);
    assert.ok(data.length >= 20 && legend.tokenTypes.length > 0);
  },

  async "a symbol is found by its name"() {
    const found = await ask("symbols", () =>
      vscode.commands.executeCommand<vscode.SymbolInformation[]>("vscode.executeWorkspaceSymbolProvider", "procPin"),
    );
    assert.ok(found.some((one) => one.location.uri.path.endsWith("/app/app.go")), found.map((one) => one.name).join());
  },

  async "a target is completed"() {
    const place = (await find("app/app.go", "runtime.procPin")).translate(0, "runtime.procP".length);
    const list = await ask(
      "completion",
      () => vscode.commands.executeCommand<vscode.CompletionList>("vscode.executeCompletionItemProvider", file("app/app.go"), place),
      ({ items }) => items.some(({ label }) => (typeof label === "string" ? label : label.label) === "runtime.procPin"),
    );
    assert.ok(list.items.length > 0);
  },

  async "a rename edits both ends"() {
    const edit = await askAt<vscode.WorkspaceEdit>(
      "vscode.executeDocumentRenameProvider",
      "app/clock/clock.go",
      await find("app/clock/clock.go", "ticks() int64 { return 42"),
      "beats",
    );
    const names = edit.entries().map(([uri, edits]) => `${uri.path.split("/").slice(-2).join("/")} ${String(edits.length)}`);
    assert.deepEqual(names.sort(), ["app/app.go 1", "clock/clock.go 3"]);
  },

  async "the fix of a finding is applied, and the finding goes"() {
    await show("app/clock/clock.go");
    await ask("the finding", () => findings("app/clock/clock.go"));
    assert.deepEqual(findings("app/clock/clock.go"), ["3 missing-unsafe-import"]);
    const [diagnostic] = vscode.languages.getDiagnostics(file("app/clock/clock.go"));
    assert.ok(diagnostic);
    const actions = await ask("fixes", () =>
      vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        file("app/clock/clock.go"),
        diagnostic.range,
        vscode.CodeActionKind.QuickFix.value,
      ),
    );
    const fix = actions.find((one) => one.edit !== undefined && one.isPreferred === true);
    assert.ok(fix?.edit, actions.map((one) => one.title).join());
    await vscode.workspace.applyEdit(fix.edit);
    await ask("it goes", () => findings("app/clock/clock.go").length === 0);
    await vscode.commands.executeCommand("undo");
    await ask("it comes back", () => findings("app/clock/clock.go").length === 1);
  },

  async "a file that is nowhere on the disk gets no answer, and no error"() {
    const document = await vscode.workspace.openTextDocument({
      language: "go",
      content: "package a\n\n//go:linkname f runtime.procPin\nfunc f() int\n",
    });
    const found = await vscode.commands.executeCommand<Place[]>(
      "vscode.executeDefinitionProvider",
      document.uri,
      new vscode.Position(2, 24),
    );
    assert.deepEqual(found, []);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  },
};
