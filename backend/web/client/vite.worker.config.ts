import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

import { compressed } from "../../../mobile-api/client/build/compressed.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const OUTPUT = here("../built");

// One classic script at a fixed address: not every browser takes modules as service workers.
export default defineConfig({
  base: "/built/",
  plugins: [compressed(OUTPUT)],
  build: {
    outDir: OUTPUT,
    emptyOutDir: false,
    target: ["chrome111", "firefox111", "safari16.4"],
    rollupOptions: {
      input: here("src/worker/today_worker.ts"),
      output: { format: "iife", entryFileNames: "today-worker.js" },
    },
  },
});
