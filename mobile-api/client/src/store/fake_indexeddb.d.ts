/** Puts a database that lives in memory where the browser's own would be; its types cannot be found from here. */
declare module "fake-indexeddb/auto";
