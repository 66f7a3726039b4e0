import { cityTime } from "../api/city_clock.js";
import type { Decided } from "../send/outbox.js";
import { language } from "../words/words.js";
import { serviceOf, services } from "./services.js";
import { suggest } from "./suggest.js";
import type { Writing } from "./writing.js";

/** Raised where a report lacks what it cannot be sent without. */
export class Unfinished extends Error {}

/**
 * A draft as it is sent: blank fields left out, with when it was decided and in which language, and
 * what the words alone pointed to. A picture without words goes by the name of its kind, and a place
 * that could not be looked up yet by its words.
 */
export function finished(writing: Writing, besides: Partial<Decided> = {}): Decided {
  const { point, draft } = writing;
  const { service_code, description = "", address, contact = {}, attributes = {}, on_behalf } = draft.report;
  if (!service_code || !writing.isPlaced) throw new Unfinished();
  const words = description.trim();
  const [first] = suggest(words, services());
  const given = Object.entries(contact).map(([name, text]) => [name, text.trim()] as const);
  return {
    id: draft.id,
    service_code,
    description: words || (serviceOf(service_code)?.service_name ?? ""),
    ...point,
    address: address?.trim() || null,
    contact: Object.fromEntries(given.filter(([, text]) => text)),
    attributes,
    on_behalf: on_behalf ?? false,
    requested_datetime: (writing.decided_at ??= cityTime().toISOString()),
    language: language(),
    suggested_service_code: first?.code ?? null,
    repeat_of: null,
    ...besides,
  };
}
