/**
 * Text as it is compared (backend/core/resemblance.py): no letter case, accents or invisible
 * characters, single blanks; a hyphen or a slash is one.
 */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/ß/gu, "ss")
    .replace(/ς/gu, "σ")
    .normalize("NFKD")
    .replace(/[\p{Pd}\p{Pc}/\\]/gu, " ")
    .replace(/[\p{Mn}\p{Cf}]/gu, "")
    .replace(/’/gu, "'")
    .trim()
    .replace(/\s+/gu, " ");
}

/** Whether `text` has every word that is looked for, or begins of them. */
export function hasWords(text: string, sought: string): boolean {
  const known = folded(text);
  return folded(sought).split(" ").every((word) => known.includes(word));
}
