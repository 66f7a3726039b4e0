import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const CLIENT = fileURLToPath(new URL("..", import.meta.url));
// What everybody meets: the start, a report, and what has become of it.
const STARTS = ["src/main.ts", "src/home/home.ts", "src/report/report.ts", "src/photo/cover.ts", "src/waiting/waiting.ts"];
// It names every screen and has words of none.
const TABLE = "src/routes.ts";
const IMPORTED = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)\.js"/g;

/** The sources whose words are needed on a first visit, as catalogues name them. */
export function firstSources() {
  /** @type {Set<string>} */
  const found = new Set();
  for (const start of STARTS) reach(start, found);
  return found;
}

function reach(/** @type {string} */ source, /** @type {Set<string>} */ found) {
  if (source === TABLE || found.has(source)) return;
  found.add(source);
  const path = join(CLIENT, source);
  for (const [, imported] of readFileSync(path, "utf8").matchAll(IMPORTED)) {
    const next = join(dirname(path), `${imported}.ts`);
    if (existsSync(next)) reach(relative(CLIENT, next), found);
  }
}
