/** Where the worker keeps pages and what they are made of, each day in a place of its own. */
const PREFIX = "today ";

/** Today's, by the device's calendar: of another day nothing is shown. */
export const pagesOfToday = (): string => PREFIX + new Date().toLocaleDateString("sv");

/** Forget the pages; those of today too, unless they are spared. */
export async function forgetPages(spared = ""): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== spared).map((name) => caches.delete(name)));
}
