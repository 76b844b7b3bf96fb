import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["out/"] },
  js.configs.recommended,
  {
    files: ["e2e/*.mjs"],
    languageOptions: {
      globals: {
        ...Object.fromEntries(["console", "fetch", "setTimeout", "clearTimeout", "URLSearchParams"].map((name) => [name, "readonly"])),
        navigator: "readonly", // in what runs inside the page
      },
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // node:test's test() returns a promise that nobody needs to await at the top of a file.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: "test" }] },
      ],
      // tsc's noPropertyAccessFromIndexSignature asks for process.env["PATH"].
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
    },
  },
);
