/**
 * The words of the client and their catalogues: `node build/words.js` brings the sentences of the
 * sources into every catalogue (new ones empty, gone ones out); `--check` changes nothing and fails
 * where a catalogue lacks a sentence or a template holds words of its own.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import gettextParser from "gettext-parser";
import ts from "typescript";

const CLIENT = fileURLToPath(new URL("..", import.meta.url));
const LOCALES = join(CLIENT, "locales");
const ATTRIBUTES = /\b(aria-label|alt|title|placeholder|label|aria-description)\s*=\s*"?\s*[\p{L}]/u;

/** @typedef {{msgid: string, msgid_plural?: string, msgctxt?: string, places: string[]}} Sentence */

/** Every sentence of the sources by its key, and every word that stands in a template as it is. */
function read() {
  /** @type {Map<string, Sentence>} */
  const sentences = new Map();
  /** @type {string[]} */
  const faults = [];
  const names = readdirSync(join(CLIENT, "src"), { recursive: true, encoding: "utf8" });
  for (const name of names.filter((one) => /(?<!\.d)\.ts$/.test(one)).sort()) {
    const path = join(CLIENT, "src", name);
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    visit(source, source, sentences, faults);
  }
  return { sentences, faults };
}

/**
 * @param {ts.Node} node
 * @param {ts.SourceFile} source
 * @param {Map<string, Sentence>} sentences
 * @param {string[]} faults
 */
function visit(node, source, sentences, faults) {
  const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const place = `${relative(CLIENT, source.fileName)}:${line}`;
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const said = sentence(node.expression.text, node.arguments);
    if (said === "not literal") faults.push(`${place}: the sentence is not written out here`);
    else if (said) {
      const key = `${said.msgctxt ?? ""}\u0004${said.msgid}`;
      const known = sentences.get(key) ?? { ...said, places: [] };
      known.places.push(place);
      sentences.set(key, known);
    }
  }
  if (ts.isTaggedTemplateExpression(node) && /^(html|svg)$/.test(node.tag.getText(source)))
    for (const words of own(node.template)) faults.push(`${place}: untranslated: ${words}`);
  ts.forEachChild(node, (child) => visit(child, source, sentences, faults));
}

/**
 * @param {string} name
 * @param {ts.NodeArray<ts.Expression>} given
 * @returns {Omit<Sentence, "places"> | "not literal" | null}
 */
function sentence(name, given) {
  const wanted = { t: 1, tc: 2, n: 3 }[name];
  if (!wanted) return null;
  const texts = given.slice(0, wanted).map((one) => (ts.isStringLiteralLike(one) ? one.text : null));
  const [first, second, third] = texts;
  if (name === "t") return first == null ? "not literal" : { msgid: first };
  if (name === "tc") return first == null || second == null ? "not literal" : { msgctxt: first, msgid: second };
  return second == null || third == null ? "not literal" : { msgid: second, msgid_plural: third };
}

/** Words that a template says by itself, between its tags or in attributes that people hear. */
function own(/** @type {ts.TemplateLiteral} */ template) {
  const parts = ts.isNoSubstitutionTemplateLiteral(template)
    ? [template.text]
    : [template.head.text, ...template.templateSpans.map((span) => span.literal.text)];
  // What a value stands for is marked, so that a tag that goes on behind it is known as one.
  const text = parts.join("\u0000");
  const attributes = text.match(/<[^>]*>/g)?.filter((tag) => ATTRIBUTES.test(tag)) ?? [];
  const between = text.replace(/<[^>]*>/g, "").split("\u0000").filter((words) => /\p{L}/u.test(words));
  return [...attributes, ...between.map((words) => words.trim())];
}

/** @param {string} language @param {Map<string, Sentence>} sentences */
function merged(language, sentences) {
  const path = join(LOCALES, `${language}.po`);
  const catalogue = gettextParser.po.parse(readFileSync(path));
  const header = catalogue.translations[""]?.[""];
  const before = catalogue.translations;
  /** @type {typeof catalogue.translations} */
  const after = { "": header ? { "": header } : {} };
  const sorted = [...sentences.values()].sort((a, b) => (a.places[0] ?? "").localeCompare(b.places[0] ?? ""));
  for (const { msgid, msgid_plural, msgctxt, places } of sorted) {
    const context = msgctxt ?? "";
    const known = before[context]?.[msgid];
    (after[context] ??= {})[msgid] = {
      msgid,
      ...(msgctxt ? { msgctxt } : {}),
      ...(msgid_plural ? { msgid_plural } : {}),
      msgstr: known?.msgstr ?? [""],
      // The file, not the line: a catalogue changes when its words do.
      comments: { reference: [...new Set(places.map((one) => one.split(":")[0]))].join("\n") },
    };
  }
  return { path, catalogue: { ...catalogue, translations: after } };
}

const { sentences, faults } = read();
const isCheck = process.argv.includes("--check");
for (const language of readdirSync(LOCALES).map((name) => name.replace(".po", ""))) {
  const { path, catalogue } = merged(language, sentences);
  const text = gettextParser.po.compile(catalogue, { foldLength: 100, sort: false }) + "\n";
  if (!isCheck) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) faults.push(`${language}.po is behind the sources: npm run words`);
  const forms = Number(/nplurals=(\d)/.exec(catalogue.headers?.["Plural-Forms"] ?? "")?.[1] ?? 0);
  for (const entries of Object.values(catalogue.translations))
    for (const { msgid, msgid_plural, msgstr } of Object.values(entries)) {
      const wanted = msgid_plural ? forms : 1;
      const isWhole = msgstr.length === wanted && msgstr.every(Boolean);
      if (msgid && !isWhole) faults.push(`${language}.po: no words for: ${msgid}`);
      const names = (/** @type {string} */ words) => (words.match(/\{\w+\}/g) ?? []).sort().join();
      const needed = names(msgid_plural ?? msgid);
      if (msgid && !msgid_plural && isWhole && names(msgstr[0] ?? "") !== needed)
        faults.push(`${language}.po: other values than in: ${msgid}`);
    }
}
if (isCheck && faults.length) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`${sentences.size} sentences, ${faults.length} faults`);
