let ahead: number | null = null;

/** Learn what time it is from an answer that no cache keeps: its `Date` is now (RFC 9110, 6.6.1). */
export function hearTime({ headers }: Response): void {
  const now = Date.parse(headers.get("Date") ?? "");
  if (headers.get("Cache-Control") === "no-store" && !Number.isNaN(now)) ahead = now - Date.now();
}

/** What time it is in the city, in milliseconds since 1970; null before it has answered. */
export const cityNow = (): number | null => (ahead === null ? null : Date.now() + ahead);
