import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

import { compressed } from "./build/compressed.js";
import { OUTPUT } from "./build/output.js";
import { firstVisit } from "./build/first_visit.js";

const files = JSON.parse(readFileSync(join(OUTPUT, "files.json"), "utf8"));

// One classic script at a fixed address: not every browser takes modules as service workers.
export default defineConfig({
  base: "/app/",
  plugins: [compressed(OUTPUT)],
  define: { __FILES__: JSON.stringify(firstVisit(files)) },
  build: {
    outDir: OUTPUT,
    emptyOutDir: false,
    target: ["chrome87", "firefox91", "safari15"],
    rollupOptions: {
      input: "src/worker/service_worker.ts",
      output: { format: "iife", entryFileNames: "service-worker.js" },
    },
  },
});
