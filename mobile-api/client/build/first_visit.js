/**
 * What the service worker keeps, as addresses under /app/: `core` from the first visit on, so that
 * every screen is there without a network, and `optional` once it was used, for only some people
 * ever need it: maps, other languages and their letters, signing in through Firebase, keeping
 * things in memory where the browser keeps nothing.
 *
 * @param {Record<string, Chunk>} chunks Vite's manifest
 * @returns {{core: string[], optional: string[]}}
 * @typedef {{file: string, css?: string[], assets?: string[], imports?: string[], dynamicImports?: string[]}} Chunk
 */
export function firstVisit(chunks) {
  const needed = reached(chunks, "index.html");
  const core = filesOf(needed.map((name) => chunks[name])).filter((file) => !LETTERS.test(file));
  const all = filesOf(Object.values(chunks)).filter((file) => !file.endsWith(".woff"));
  return { core, optional: all.filter((file) => !core.includes(file)) };
}

// What is imported when somebody asks for it, and is not asked for by most.
const OPTIONAL = /^src\/map\/|^src\/account\/firebase|fake-indexeddb|\.po\?/;
// Old browsers' fonts, and letters that a page asks for by itself when it shows them.
const LETTERS = /\.woff$|arabic|greek|cyrillic|vietnamese/;

/** Every chunk that is loaded by `name`, at once or later, but what is optional. */
function reached(/** @type {Record<string, Chunk>} */ chunks, /** @type {string} */ name, found = new Set()) {
  if (found.has(name) || OPTIONAL.test(name)) return [...found];
  found.add(name);
  const { imports = [], dynamicImports = [] } = chunks[name] ?? {};
  for (const next of [...imports, ...dynamicImports]) reached(chunks, next, found);
  return [...found];
}

/** @param {(Chunk | undefined)[]} chunks */
function filesOf(chunks) {
  const all = chunks.flatMap((one) => (one ? [one.file, ...(one.css ?? []), ...(one.assets ?? [])] : []));
  return [...new Set(all)].sort();
}
