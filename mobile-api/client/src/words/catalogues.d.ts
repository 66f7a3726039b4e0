/** Gettext catalogues in two parts, as `build/catalogues.js` reads them. */
declare module "*.po?first" {
  const words: import("./words.js").Catalogue;
  export default words;
}
declare module "*.po?rest" {
  const words: import("./words.js").Catalogue;
  export default words;
}
