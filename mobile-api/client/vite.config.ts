import { defineConfig } from "vite";

import { catalogues } from "./build/catalogues.js";
import { compressed } from "./build/compressed.js";
import { leafletWithoutHtml } from "./build/leaflet_without_html.js";
import { OUTPUT } from "./build/output.js";

// The shell and its modules. The service worker is bundled after it, by vite.worker.config.ts,
// because it must know the names of what is made here.
export default defineConfig({
  base: "/app/",
  plugins: [catalogues(), leafletWithoutHtml(), compressed(OUTPUT)],
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    manifest: "files.json",
    target: ["chrome87", "firefox91", "safari15"],
    // Every module is loaded by the worker beforehand; hints would only cost bytes on the way.
    modulePreload: { polyfill: false },
    // A picture or font inside a style sheet would be sent whether it is needed or not.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What everybody meets, with all it needs: few files, for each has headers of its own and
          // little ones compress badly.
          groups: [
            { name: "home", test: /src\/home\/home\.ts$/, priority: 1 },
            { name: "report", test: /src\/report\/report\.ts$/ },
          ],
        },
      },
    },
  },
});
