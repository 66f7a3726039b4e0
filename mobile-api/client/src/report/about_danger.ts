import { city } from "../city/city.js";
import type { NewReport } from "../store/kept.js";
import { tc } from "../words/words.js";
import { hazards, isDangerous, serviceOf } from "./services.js";
import { keywordsIn, suggest } from "./suggest.js";

/**
 * Whether the emergency number is to be shown: by the kind that was chosen, by any dangerous one that
 * the words point to, or by words of danger. Too often is better than once too seldom.
 */
export function isAboutDanger({ description, service_code }: Partial<NewReport>): boolean {
  if (isDangerous(serviceOf(service_code))) return true;
  const words = description ?? "";
  // What an older client kept of the city has no words of danger yet.
  const dangerous = [...(city().emergency.words ?? []), ...inNeed().split(",")];
  return suggest(words, hazards()).length > 0 || keywordsIn(words, dangerous).length > 0;
}

/** People in need, in any city. */
const inNeed = () =>
  tc(
    "words, phrases and their beginnings with *, that call for the emergency number",
    "hurt, injur*, wounded, bleed*, trapped, stuck inside, unconscious, not breathing, drown*, dying, dead person, fire, flames, burning, explo*, electrocut*, sparks, sparking, gas leak*, smell of gas, gas smell*, collaps*",
  );
