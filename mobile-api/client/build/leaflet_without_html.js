/**
 * A Vite plugin that takes the one line out of Leaflet which makes HTML from text as soon as it is
 * loaded: it asks whether SVG may stand in HTML, and the page's policy forbids the way it asks.
 *
 * @returns {import("vite").Plugin}
 */
export function leafletWithoutHtml() {
  return {
    name: "leaflet-without-html",
    transform(code, id) {
      if (!id.endsWith("/leaflet/src/core/Browser.js")) return null;
      const clean = code.replace("div.innerHTML = '<svg/>'", "div.appendChild(svgCreate('svg'))");
      if (clean === code) throw new Error("Leaflet is another one: see whether it still makes HTML from text.");
      return { code: clean, map: null };
    },
  };
}
