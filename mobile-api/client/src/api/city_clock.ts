let ahead: number | null = null;

/** Learn what time it is from an answer that no cache gives unasked: its `Date` is now (RFC 9110). */
export function hearTime({ headers }: Response): void {
  const now = Date.parse(headers.get("Date") ?? "");
  if (!headers.get("Cache-Control")?.includes("max-age") && !Number.isNaN(now)) ahead = now - Date.now();
}

/** What time it is in the city, in milliseconds since 1970; null before it has answered. */
export const cityNow = (): number | null => (ahead === null ? null : Date.now() + ahead);

/** What time it is in the city, as far as anybody knows; till it has answered, on this phone. */
export const cityTime = (): Date => new Date(cityNow() ?? Date.now());
