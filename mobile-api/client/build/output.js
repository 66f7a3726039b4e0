import { fileURLToPath } from "node:url";

/** Where the built client lies: inside the Python package that serves it. */
export const OUTPUT = fileURLToPath(new URL("../../mobile_api/client", import.meta.url));
