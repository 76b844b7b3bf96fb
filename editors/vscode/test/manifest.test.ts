import assert from "node:assert/strict";
import { test } from "node:test";
import manifest from "../package.json";

const { capabilities, contributes } = manifest;

test("it runs where the files are, not where there are none, and needs no other extension", () => {
  assert.deepEqual(manifest.extensionKind, ["workspace"]);
  assert.equal(capabilities.virtualWorkspaces.supported, false);
  assert.deepEqual(["extensionDependencies", "extensionPack"].filter((key) => key in manifest), []);
});

test("pictures and links of a published README lead into the extension's folder of the repository", () => {
  const { url, directory } = manifest.repository;
  const { baseContentUrl, baseImagesUrl } = manifest.vsce;
  assert.equal(baseContentUrl, `${url.replace(/\.git$/, "")}/blob/HEAD/${directory}`);
  assert.equal(baseImagesUrl, `${url.replace(/\.git$/, "")}/raw/HEAD/${directory}`);
});

test("the walkthrough names only commands that there are", () => {
  const ours = contributes.commands.map(({ command }) => command);
  const named = JSON.stringify(contributes.walkthroughs).matchAll(/command:(linkname\.\w+)/gi);
  assert.deepEqual([...named].map(([, name]) => name).filter((name) => !ours.includes(name ?? "")), []);
});

test("in an untrusted workspace no setting of it chooses what is executed", () => {
  const properties = Object.entries(contributes.configuration.properties);
  // Those of the machine name programs of the machine; the others are what the server is told.
  const programs = properties.filter(([, { scope }]) => scope === "machine-overridable").map(([name]) => name);
  assert.deepEqual(capabilities.untrustedWorkspaces.restrictedConfigurations, programs);
  assert.deepEqual(programs, ["linkname.command", "linkname.interpreter"]);
});

test("the settings page can show every rule and feature, each with a description", () => {
  const { "linkname.rules": rules, "linkname.features": features } = contributes.configuration.properties;
  for (const [name, { type, description }] of Object.entries({ ...rules.properties, ...features.properties })) {
    assert.match(type, /^(?:string|boolean)$/, name); // of other types it shows only a link to settings.json
    assert.match(description, /^\S.*\.$/, name);
  }
  // The page shows a feature as off whose default it does not know.
  assert.deepEqual(features.default, Object.fromEntries(Object.keys(features.properties).map((name) => [name, true])));
});
