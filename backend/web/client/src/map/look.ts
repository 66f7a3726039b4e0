export const DARK = matchMedia("(prefers-color-scheme: dark)");

/** The tokens of the page as they are now: colours change with light and dark. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The page's own letters, as the map writes with what the browser has. */
export function fonts(): string[] {
  return getComputedStyle(document.body)
    .fontFamily.split(",")
    .map((name) => name.trim().replace(/^["']|["']$/g, ""));
}
