import type { Answer } from "../api/call.js";
import { redraw } from "../shell/screen.js";
import { lastRead, read } from "../store/read.js";
import { language } from "../words/words.js";

/** A kind of problem one can report. */
export type Service = Answer<"/v1/services">[number];

/** The band of what is dangerous. */
const HAZARD_BAND = 0;

let known: readonly Service[] = [];
let readIn = "";

/**
 * Know what can be reported: from this phone at once where it was here before, and anew besides, in
 * the language that is spoken now.
 *
 * Raises `Offline` where this phone never heard of it.
 */
export async function meetServices(): Promise<void> {
  if (readIn === language()) return;
  const asked = language();
  const now = read("/v1/services").then(({ document, is_old }) => {
    known = document;
    if (!is_old) readIn = asked;
    redraw();
  });
  const kept = known.length ? known : await lastRead("/v1/services");
  if (!kept) return now;
  known = kept;
  now.catch(() => undefined);
}

/** What can be reported, as far as it is known. */
export const services = (): readonly Service[] => known;

/** The kind with that code, as far as it is known. */
export const serviceOf = (code: string | undefined): Service | undefined =>
  known.find((service) => service.service_code === code);

export const isDangerous = (service: Service | undefined): boolean => service?.severity_band === HAZARD_BAND;

/** The dangerous kinds. */
export const hazards = (): readonly Service[] => known.filter(isDangerous);

/** What a kind asks besides. */
export const questionsOf = (service: Service | undefined): Service["attributes"] =>
  service?.attributes.filter(({ is_question }) => is_question) ?? [];
