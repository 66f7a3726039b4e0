import { call } from "../api/call.js";
import { redraw } from "../shell/screen.js";
import type { Cycle } from "./catalogue.js";
import { CITYWIDE } from "./sending.js";
import type { Writing } from "./writing.js";

/** Tells the street and the district of a place, and to which part of a budget it belongs. */
export class PlaceTeller {
  street: string | null = null;
  district: string | null = null;
  isOutside = false;
  private turn = 0;

  constructor(
    private readonly writing: Writing,
    private readonly cycle: Cycle,
  ) {
    if (writing.kept.reach === "place") void this.ask();
  }

  /** Ask anew; without a network the city finds out when it is sent. */
  async ask(): Promise<void> {
    const { point } = this.writing;
    const turn = ++this.turn;
    if (!point) return;
    const query = { lat: point.lat, lon: point.lon };
    const [at, around] = await Promise.all([
      call("get", "/v1/places/at", { query }).catch(() => null),
      call("get", "/v1/places/streets", { query }).catch(() => null),
    ]);
    if (turn !== this.turn || !at) return;
    this.district = at.district?.id ?? null;
    this.isOutside = at.is_outside_jurisdiction;
    this.street = around?.streets[0]?.label ?? null;
    this.settlePart();
    redraw();
  }

  /** The part a place is for: what was chosen where that fits, else its district's, else the whole city's. */
  private settlePart(): void {
    const { draft } = this.writing;
    const codes = this.cycle.parts.map(({ code }) => code);
    const part = [this.district, CITYWIDE].find((one) => one && codes.includes(one)) ?? null;
    if (draft.part !== part && draft.part !== CITYWIDE) this.writing.say({ part });
  }
}
