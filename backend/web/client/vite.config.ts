import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

import { compressed } from "../../../mobile-api/client/build/compressed.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const OUTPUT = here("../built");

// What lies right under src/ is what a page asks for by its name; the folders hold what they share.
const asked = readdirSync(here("src")).filter((name) => /\.(ts|css)$/.test(name));

export default defineConfig({
  base: "/built/",
  plugins: [compressed(OUTPUT)],
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    assetsDir: ".",
    manifest: "files.json",
    target: ["chrome111", "firefox111", "safari16.4"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: asked.map((name) => here(`src/${name}`)) },
  },
});
