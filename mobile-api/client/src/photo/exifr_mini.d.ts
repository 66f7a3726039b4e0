/** The smallest build of exifr has no types of its own. */
declare module "exifr/dist/mini.esm.mjs" {
  export { gps } from "exifr";
}
