import { readFileSync } from "node:fs";
import gettextParser from "gettext-parser";

/**
 * A Vite plugin that makes a gettext catalogue importable: `import words from "./es.po"` gives
 * `{ [msgid]: string | string[] }`, plural forms in the order of the catalogue. A context stands
 * before its msgid, parted by U+0004, as in gettext's own binary catalogues.
 *
 * @returns {import("vite").Plugin}
 */
export function catalogues() {
  return {
    name: "gettext-catalogues",
    load(id) {
      if (!id.endsWith(".po")) return null;
      return { code: `export default ${JSON.stringify(messages(id))}`, map: null };
    },
  };
}

/** @param {string} path */
function messages(path) {
  const { translations } = gettextParser.po.parse(readFileSync(path));
  /** @type {Record<string, string | string[]>} */
  const words = {};
  for (const [context, entries] of Object.entries(translations)) {
    for (const { msgid, msgid_plural, msgstr, comments } of Object.values(entries)) {
      if (!msgid || comments?.flag?.includes("fuzzy") || msgstr.some((form) => !form)) continue;
      words[context ? `${context}\u0004${msgid}` : msgid] = msgid_plural ? msgstr : msgstr[0];
    }
  }
  return words;
}
