export type Say = (name: string, facts?: Readonly<Record<string, string | number>>) => string;

/**
 * The sentences a page gives its script: `<script type="application/json" id="words">{"saved": "..."}</script>`.
 * The server has them in the reader's language; `{name}` is filled in here.
 */
export function wordsIn(id: string): Say {
  const given = document.getElementById(id)?.textContent;
  const sentences: Readonly<Record<string, string>> = given ? JSON.parse(given) : {};
  return (name, facts = {}) =>
    (sentences[name] ?? name).replace(/\{(\w+)\}/g, (whole, fact: string) => String(facts[fact] ?? whole));
}

/** The sentence of that name, filled in. */
export const say = wordsIn("words");

/** Say something to whoever cannot see that it changed. */
export function announce(sentence: string): void {
  const line = document.getElementById("announcements");
  if (line) line.textContent = sentence;
}
