import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { OUTPUT } from "./output.js";

const TEXT = /\.(js|css|html)$/;

/**
 * A Vite plugin that lays a gzip and a brotli form beside every built text, so that a small server
 * compresses nothing while somebody waits.
 *
 * @returns {import("vite").Plugin}
 */
export function compressed() {
  return {
    name: "compressed",
    closeBundle() {
      for (const name of readdirSync(OUTPUT, { recursive: true, encoding: "utf8" })) {
        if (!TEXT.test(name)) continue;
        const path = join(OUTPUT, name);
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(content));
      }
    },
  };
}
