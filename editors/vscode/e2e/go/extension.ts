// Runs the real gopls with the settings of golang/vscode-go that matter here: what it offers is offered beside ours.
import { LanguageClient } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(): Promise<void> {
  const command = process.env["GOPLS"] ?? "gopls";
  client = new LanguageClient(
    "gopls",
    { command, args: ["serve"] },
    {
      documentSelector: [{ scheme: "file", language: "go" }],
      initializationOptions: { semanticTokens: true, codelenses: { generate: true } },
    },
  );
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
