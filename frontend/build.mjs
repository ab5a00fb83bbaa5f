// Builds the assets: the style sheets, the scripts, the icons and the type of our documents; names carry a hash.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const out = "../boothline/assets";
rmSync(out, { recursive: true, force: true });
mkdirSync(`${out}/web`, { recursive: true });
mkdirSync(`${out}/fonts`, { recursive: true });

const result = await build({
  entryPoints: {
    staff: "src/staff.ts", sign: "src/sign.ts", join: "src/join.ts", "staff-style": "styles/staff.css", "portal-style": "styles/portal.css",
    booth: "src/booth.ts", "booth-style": "styles/booth.css" },
  outdir: `${out}/web`,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  target: ["es2022", "chrome111", "safari16.4", "firefox115"],
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, file] of Object.entries(result.metafile.outputs)) {
  const name = path.split("/").pop();
  if (file.entryPoint) manifest[file.entryPoint.split("/").pop()] = name;
}
for (const name of ["icons.svg", "favicon.svg"]) {
  const bytes = readFileSync(name);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  manifest[name] = name.replace(".svg", `-${hash}.svg`);
  writeFileSync(`${out}/web/${manifest[name]}`, bytes);
}
writeFileSync(`${out}/manifest.json`, JSON.stringify(manifest, null, 1));

const type = "node_modules/@expo-google-fonts/noto-sans-sc";
for (const weight of ["400Regular", "700Bold"]) {
  copyFileSync(`${type}/${weight}/NotoSansSC_${weight}.ttf`, `${out}/fonts/NotoSansSC-${weight}.ttf`);
}
