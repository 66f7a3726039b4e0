import type { Answer } from "../api/call.js";
import { lastRead, read } from "../store/read.js";

/** What a client needs to know of the city before it shows anything. */
export type City = Answer<"/v1/app">;

let known: City | null = null;

/** The city this client belongs to; it is known before the first screen is drawn. */
export function city(): City {
  if (!known) throw new Error("The city is asked for before it is known.");
  return known;
}

/** Learn of the city: from this phone at once where it was here before, and anew for next time. */
export async function meetCity(): Promise<void> {
  known = await lastRead("/v1/app");
  const now = read("/v1/app").then(({ document }) => (known = document));
  if (known) now.catch(() => undefined);
  else await now;
  wear(city());
}

/** Put on the city's colour; phone.css says where it is worn, for it is made for light surfaces. */
function wear({ theme }: City): void {
  const { style } = document.documentElement;
  if (theme.accent_colour) style.setProperty("--city-accent", theme.accent_colour);
}
