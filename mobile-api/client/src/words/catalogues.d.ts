/** Gettext catalogues, as `build/catalogues.js` reads them. */
declare module "*.po" {
  const words: import("./words.js").Catalogue;
  export default words;
}
