// Keeps our rename in front of gopls's. VS Code asks whoever was registered last, and which server is started up last is
// chance; gopls would rename without the directives. What is not linked we leave to it: then VS Code asks the next one.
import { Disposable, languages, window, type DocumentSelector, type RenameProvider } from "vscode";
import { RenameRequest, type LanguageClient } from "vscode-languageclient/node";

/** Registering costs next to nothing, but nobody moves and renames within this time. */
const PAUSE_MS = 1000;

/** Registers the rename of a running client again and again, as the cursor moves, until it is disposed of. */
export function keepRenameInFront(client: LanguageClient, selector: DocumentSelector): Disposable {
  const feature = client.getFeature(RenameRequest.method);
  const provider: RenameProvider = {
    prepareRename: (document, position, token) =>
      feature.getProvider(document)?.prepareRename?.(document, position, token),
    provideRenameEdits: (document, position, name, token) =>
      feature.getProvider(document)?.provideRenameEdits(document, position, name, token),
  };
  // The newest, and the one before: a rename that has just begun still asks for that.
  const registered: Disposable[] = [];
  let at = 0;
  const renew = () => {
    if (Date.now() - at >= PAUSE_MS) {
      at = Date.now();
      registered.unshift(languages.registerRenameProvider(selector, provider));
      registered.splice(2).forEach((one) => void one.dispose());
    }
  };
  const moved = window.onDidChangeTextEditorSelection(renew);
  const opened = window.onDidChangeActiveTextEditor(renew);
  renew();
  return new Disposable(() => {
    moved.dispose();
    opened.dispose();
    registered.forEach((one) => void one.dispose());
  });
}
