import { folded } from "../words/folded.js";

/** Streets are called by their names alone in many a city, and typed with what they are. */
const KIND = /^(?:ul|ulica|al|aleja|os|osiedle|pl|plac|c|calle|av|avenida|plaza|paseo|شارع|ش)$/u;
/** Shorter than this, letters that are left out make a short form, as in “Ave”. */
const SHORT = 4;

/** What was typed beyond a place whose label is `label`: nothing where all of it is in the label. */
export function beyond(typed: string, label: string): string {
  const words = [...typed.matchAll(/[\p{L}\p{M}\p{N}]+/gu)];
  const own = wordsOf(label);
  const [first = "", second = ""] = words.map(([word]) => folded(word));
  let at = KIND.test(first) && !isTaken(first, [...own]) && isTaken(second, [...own]) ? 1 : 0;
  while (at < words.length && isTaken(folded(words[at]![0]), own)) at++;
  // From the first word that is not the place's, with its bracket or the like.
  const rest = typed.slice(at ? words[at - 1]!.index + words[at - 1]![0].length : 0).replace(/^[\s,،;.]+/u, "").trim();
  return joined(label).includes(joined(rest)) ? "" : rest;
}

/** Whether `word` means one of the `names`, which is taken then: begun, shortened, or mistyped. */
function isTaken(word: string, names: string[]): boolean {
  const at = word ? names.findIndex((name) => name.startsWith(word) || (!/\p{N}/u.test(word) && isLike(word, name))) : -1;
  if (at >= 0) names.splice(at, 1);
  return at >= 0;
}

function isLike(word: string, name: string): boolean {
  if (word.length < SHORT) return new RegExp(`^${[...word].join(".*")}`, "u").test(name);
  let before = 0;
  while (before < word.length && word[before] === name[before]) before++;
  let after = 0;
  while (after < word.length - before && word.at(-1 - after) === name.at(-1 - after)) after++;
  const wrong = Math.max(word.length, name.length) - before - after;
  return before > 0 && wrong <= word.length / 3;
}

const wordsOf = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
const joined = (text: string): string => wordsOf(text).join("");
