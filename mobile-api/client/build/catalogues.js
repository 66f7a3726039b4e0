import { readFileSync } from "node:fs";
import gettextParser from "gettext-parser";

import { firstSources } from "./first_words.js";

/**
 * A Vite plugin that makes a gettext catalogue importable: `import words from "./es.po?first"` gives
 * `{ [msgid]: string | string[] }`, plural forms in the order of the catalogue. A context stands
 * before its msgid, parted by U+0004, as in gettext's own binary catalogues. `?first` has what is
 * said on a first visit, `?rest` everything else.
 *
 * @returns {import("vite").Plugin}
 */
export function catalogues() {
  return {
    name: "gettext-catalogues",
    load(id) {
      const [path = "", part] = id.split("?");
      if (!path.endsWith(".po")) return null;
      return { code: `export default ${JSON.stringify(messages(path, part === "first"))}`, map: null };
    },
  };
}

/** @param {string} path @param {boolean} isFirst */
function messages(path, isFirst) {
  const first = firstSources();
  const { translations } = gettextParser.po.parse(readFileSync(path));
  /** @type {Record<string, string | string[]>} */
  const words = {};
  for (const [context, entries] of Object.entries(translations)) {
    for (const { msgid, msgid_plural, msgstr, comments } of Object.values(entries)) {
      const isSaidFirst = (comments?.reference ?? "").split("\n").some((source) => first.has(source));
      if (isSaidFirst !== isFirst) continue;
      if (!msgid || comments?.flag?.includes("fuzzy") || msgstr.some((form) => !form)) continue;
      words[context ? `${context}\u0004${msgid}` : msgid] = msgid_plural ? msgstr : msgstr[0];
    }
  }
  return words;
}
