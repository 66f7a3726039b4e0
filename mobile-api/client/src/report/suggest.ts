import { folded } from "../words/folded.js";

/** What a kind of problem is suggested by. */
export interface Suggestible {
  service_code: string;
  severity_band: number;
  keywords: readonly string[];
}

/** A kind that somebody's words point to, and which of their words do: those side by side as one. */
export interface Suggestion {
  code: string;
  points: number;
  said: readonly string[];
}

/** Words of a text as they were written, and as they are compared. */
interface Words {
  folded: string;
  written: readonly { from: number; to: number; word: string }[];
}

const MOST = 3;
const LETTER = "[\\p{L}\\p{N}_]";

/**
 * Which kinds the words are about, the likeliest first; the rules are the city's own
 * (backend/reports/suggest_service.py), so that they are the same without a network.
 */
export function suggest(text: string, services: readonly Suggestible[]): Suggestion[] {
  const words = read(text);
  return services
    .map((service) => ({ service, suggestion: scored(words, service) }))
    .filter(({ suggestion }) => suggestion.points > 0)
    .sort(
      (one, other) =>
        other.suggestion.points - one.suggestion.points ||
        one.service.severity_band - other.service.severity_band ||
        (one.service.service_code < other.service.service_code ? -1 : 1),
    )
    .slice(0, MOST)
    .map(({ suggestion }) => suggestion);
}

/** Which of the keywords stand in the text. */
export function keywordsIn(text: string, keywords: readonly string[]): string[] {
  const words = read(text);
  return keywords.filter((keyword) => pattern(keyword).test(words.folded));
}

function scored(words: Words, { service_code, keywords }: Suggestible): Suggestion {
  let points = 0;
  const said = new Set<Words["written"][number]>();
  for (const keyword of keywords) {
    const found = pattern(keyword).exec(words.folded);
    if (!found) continue;
    points += folded(keyword).split(" ").length;
    const from = found.index + (found[1] ?? "").length;
    const to = found.index + found[0].length;
    for (const one of words.written) if (one.from < to && from < one.to) said.add(one);
  }
  return { code: service_code, points, said: phrases(words.written.map((one) => (said.has(one) ? one.word : null))) };
}

/** Words side by side as one phrase, as "in" alone is no reason; null stands between them. */
function phrases(words: readonly (string | null)[]): string[] {
  const found: string[][] = [[]];
  for (const word of words) {
    if (word === null) found.push([]);
    else found.at(-1)!.push(word);
  }
  return [...new Set(found.map((phrase) => phrase.join(" ")).filter(Boolean))];
}

const patterns = new Map<string, RegExp>();

/** Where a keyword stands in a folded text; its first group is what comes before. */
function pattern(keyword: string): RegExp {
  const known = patterns.get(keyword);
  if (known) return known;
  const text = folded(keyword);
  // Not every phone's browser can look behind.
  const before = text.startsWith("*") ? "()" : "(^|[^\\p{L}\\p{N}_])";
  const after = text.endsWith("*") ? "" : `(?!${LETTER})`;
  const middle = text.replace(/^\*+|\*+$/g, "").trim().replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const made = new RegExp(before + middle + after, "u");
  patterns.set(keyword, made);
  return made;
}

function read(text: string): Words {
  const written = [];
  let all = "";
  for (const part of text.split(/\s+/u)) {
    const plain = folded(part);
    if (!plain) continue;
    if (all) all += " ";
    const word = part.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
    written.push({ from: all.length, to: all.length + plain.length, word: word || part });
    all += plain;
  }
  return { folded: all, written };
}
