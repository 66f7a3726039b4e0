/**
 * What the service worker keeps from the first visit on, as addresses under /app/: everything that
 * was built but the files that only some cities or languages need.
 *
 * @param {Record<string, {file: string, css?: string[], assets?: string[]}>} files Vite's manifest
 * @returns {string[]}
 */
export function firstVisit(files) {
  const all = Object.values(files).flatMap((one) => [
    one.file,
    ...(one.css ?? []),
    ...(one.assets ?? []),
  ]);
  return [...new Set(all)].filter((file) => !isOptional(file)).sort();
}

const isOptional = (/** @type {string} */ file) =>
  // Old browsers' fonts, and letters that a page asks for by itself when it shows them.
  file.endsWith(".woff") || /arabic|greek|cyrillic|vietnamese|firebase/.test(file);
