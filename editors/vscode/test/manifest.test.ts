import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilities, contributes } from "../package.json";

test("in an untrusted workspace no setting of it chooses what is executed", () => {
  const properties = Object.entries(contributes.configuration.properties);
  // Those of the machine name programs of the machine; the others are what the server is told.
  const programs = properties.filter(([, { scope }]) => scope === "machine-overridable").map(([name]) => name);
  assert.deepEqual(capabilities.untrustedWorkspaces.restrictedConfigurations, programs);
  assert.deepEqual(programs, ["linkname.command", "linkname.interpreter"]);
});
