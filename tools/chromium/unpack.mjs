// Unpacks the browser and its libraries beside each other.
import { createReadStream, createWriteStream, mkdirSync, chmodSync, existsSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const from = "node_modules/@sparticuz/chromium/bin";
mkdirSync("bin", { recursive: true });
async function unpack(name, out) {
  await pipeline(createReadStream(`${from}/${name}`), createBrotliDecompress(), createWriteStream(out));
}
await unpack("chromium.br", "bin/chromium");
chmodSync("bin/chromium", 0o755);
for (const name of ["al2023.tar.br", "swiftshader.tar.br"]) {
  if (!existsSync(`${from}/${name}`)) continue;
  await unpack(name, "part.tar");
  const into = name.startsWith("al2023") ? "bin/al2023" : "bin";
  mkdirSync(into, { recursive: true });
  execFileSync("tar", ["-xf", "part.tar", "-C", into]);
  rmSync("part.tar");
}
