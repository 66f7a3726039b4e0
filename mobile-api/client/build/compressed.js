import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const TEXT = /\.(m?js|css|html)$/;

/**
 * A Vite plugin that lays a gzip and a brotli form beside every built text, so that a small server
 * compresses nothing while somebody waits.
 *
 * @param {string} output the folder of what was built
 * @returns {import("vite").Plugin}
 */
export function compressed(output) {
  return {
    name: "compressed",
    closeBundle() {
      for (const name of readdirSync(output, { recursive: true, encoding: "utf8" })) {
        if (!TEXT.test(name)) continue;
        const path = join(output, name);
        const content = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(content));
      }
    },
  };
}
