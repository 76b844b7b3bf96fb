// Builds the extension (default; --production for the vsix) or its unit tests (--tests) into out/.
import { build } from "esbuild";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { argv } from "node:process";

const production = argv.includes("--production");
const common = { bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "warning" };

if (argv.includes("--tests")) {
  rmSync("out/test", { recursive: true, force: true });
  await build({ ...common, entryPoints: ["test/*.test.ts"], outdir: "out/test", sourcemap: "inline" });
} else {
  const { metafile } = await build({
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "out/extension.js",
    external: ["vscode"],
    minify: production,
    sourcemap: !production,
    metafile: true,
  });
  writeFileSync("out/ThirdPartyNotices.txt", notices(Object.keys(metafile.inputs)));
}

/** The licences of the packages that went into the bundle, which they ask to be shipped with it. */
function notices(inputs) {
  const folders = inputs.map((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))]
    .sort()
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
      const names = ["LICENSE", "LICENSE.md", "LICENSE.txt", "License.txt"];
      const file = names.map((licence) => `${folder}/${licence}`).find(existsSync);
      if (file === undefined) {
        throw new Error(`${folder} has no licence file that could be shipped`);
      }
      return `${name} ${version}\n\n${readFileSync(file, "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
