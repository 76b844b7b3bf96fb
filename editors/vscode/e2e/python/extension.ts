// The part of the Python extension's interface that says which Python has been chosen: here what CHOSEN_PYTHON names.
import process from "node:process";
import { Uri } from "vscode";

export function activate() {
  const path = process.env["CHOSEN_PYTHON"] ?? "";
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ path }),
      resolveEnvironment: () => Promise.resolve({ executable: { uri: Uri.file(path) } }),
    },
  };
}
