import { call, type Answer } from "../api/call.js";
import { city } from "../city/city.js";
import type { KeptStreet } from "../map/kept_streets.js";
import { housesIn } from "../send/find_places.js";
import { redraw } from "../shell/screen.js";
import type { Point } from "../store/kept.js";
import { folded } from "../words/folded.js";
import { beyond } from "./beyond.js";
import { metresBetween, PositionWatch } from "./fix.js";
import { placesCalled, type Found } from "./places_called.js";
import type { Writing } from "./writing.js";

export type Street = Answer<"/v1/places/streets">["streets"][number];

const PAUSE_MS = 350;
/** Nearer than this nothing new is asked: the street is the same. */
const SAME_METRES = 15;
/** A draft that is older than this was begun somewhere else, as far as anybody knows. */
const FRESH_MS = 15 * 60_000;
/** A street further off than this is not the one. */
const NEAR_METRES = 80;

/** Finds the place of a draft: by the phone, by words, by the streets around. */
export class Finder {
  watch: PositionWatch | null = null;
  /** What fits the typed words; null before anybody was asked. */
  found: readonly Found[] | null = null;
  streets: readonly Street[] = [];
  isOutside = false;
  /** The words that were typed could not be looked up for want of a network. */
  isDeaf = false;
  /** Streets of this phone's own map that the words may mean then. */
  keptStreets: readonly KeptStreet[] = [];
  private asked: Point | null = null;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(private readonly writing: Writing) {
    const age = Date.now() - Date.parse(writing.draft.started_at);
    if (writing.isPlacedNow || (!writing.point && age < FRESH_MS)) this.look();
    else void this.ask();
    if (!writing.point && writing.report.address) this.search();
  }

  /** Take the phone's position from now on. */
  look(): void {
    this.watch?.stop();
    this.writing.isPlacedNow = true;
    this.watch = new PositionWatch(() => this.moved());
  }

  /** Look no more: the place is known otherwise, or somebody went on. */
  stop(): void {
    this.watch?.stop();
    this.watch = null;
    clearTimeout(this.typing);
  }

  /** Take a place that somebody picked; the phone's position does not matter any more. */
  pick(point: Point, by: "photo" | "search" | "street" | "map", label?: string, isRough = false, address = label): void {
    this.stop();
    this.writing.isPlacedNow = false;
    this.found = null;
    if (address) this.writing.say({ address });
    this.writing.place(point, { by, ...(label ? { label } : {}), ...(isRough ? { isRough } : {}) });
    void this.ask();
  }

  /**
   * Take one of the places that the words may mean. A street has no number of its own: one that was
   * typed stays, and its house is looked up.
   */
  async pickFound(one: Found): Promise<void> {
    const { address = "" } = this.writing.report;
    const number = one.is_approximate && !one.number ? numberBeside(address ?? "", one.name) : null;
    this.pick(one, "search", one.label, one.is_approximate, number && address ? address : this.withRest(one.label));
    if (!number) return;
    const { place } = this.writing.draft;
    const turn = ++this.turn;
    const rest = one.label.startsWith(one.name) ? one.label.slice(one.name.length) : "";
    const houses = await housesIn(`${one.name} ${number}${rest}`).catch(() => []);
    const here = houses.filter(({ label, is_approximate }) => label.endsWith(rest) && !is_approximate);
    // Somebody may have typed on, or picked another place.
    if (turn !== this.turn || this.writing.draft.place !== place || here.length !== 1) return;
    this.pick(here[0]!, "search", here[0]!.label, false, this.withRest(here[0]!.label));
  }

  /** Take a street near here; a house number that was typed stays beside its name. */
  pickNear({ name, label, ...point }: Street): void {
    const typed = this.typed;
    const isNamed = folded(typed).includes(folded(name));
    const address = numberBeside(typed, name) ? (isNamed ? typed : `${typed}, ${label}`) : this.withRest(label, name);
    this.pick(point, "street", label, false, address);
  }

  /** What somebody typed, without the place that was picked before. */
  private get typed(): string {
    const { label } = this.writing.draft.place ?? {};
    const address = this.writing.report.address?.trim() ?? "";
    return label && address.startsWith(label) ? address.slice(label.length).replace(/^[\s,]+/, "") : address;
  }

  /** A label with what was typed beyond it, which helps to find the place; `own` are its words. */
  private withRest(label: string, own = label): string {
    const rest = beyond(this.typed, own);
    const whole = rest ? `${label}, ${rest}` : label;
    return whole.length > city().limits.address ? this.typed : whole;
  }

  /** Take a street as a whole, found without a network: the words that were typed say more than its name. */
  pickStreet({ label, ...point }: KeptStreet): void {
    this.stop();
    this.writing.isPlacedNow = false;
    this.keptStreets = [];
    this.turn++;
    this.writing.place(point, { by: "search", label, isRough: true });
  }

  /** Look the typed words up, once somebody pauses. */
  search(): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.searched(), PAUSE_MS);
  }

  private async searched(): Promise<void> {
    const turn = ++this.turn;
    const q = this.writing.report.address?.trim() ?? "";
    const point = this.writing.point ?? this.watch?.best;
    const near = point ? { near: `${point.lat},${point.lon}` } : {};
    try {
      const found = q.length < 3 ? null : await placesCalled(q, { limit: 5, ...near });
      if (turn !== this.turn) return;
      this.found = found;
      this.isDeaf = false;
      this.keptStreets = [];
    } catch {
      if (turn !== this.turn) return;
      this.isDeaf = true;
      redraw();
      const streets = await streetsOnThisPhone(q).catch(() => []);
      if (turn !== this.turn) return;
      this.keptStreets = streets;
    }
    redraw();
  }

  private moved(): void {
    const fix = this.watch?.best;
    const { near } = this.writing.draft.place ?? {};
    if (fix) this.writing.place(fix, { by: "gps", accuracy: fix.accuracy, ...(near ? { near } : {}) });
    if (fix) void this.ask();
    redraw();
  }

  /** Keep the street beside the place with it, for the last screen. */
  private noteNearest(): void {
    const { place } = this.writing.draft;
    const [nearest] = this.streets;
    if (!place || !nearest || nearest.metres > NEAR_METRES || place.near === nearest.label) return;
    place.near = nearest.label;
    this.writing.changed();
  }

  /** Ask for the streets around the place, and whether it is in the city. */
  private async ask(): Promise<void> {
    const { point } = this.writing;
    if (!point) return;
    if (this.asked && metresBetween(point, this.asked) < SAME_METRES) return this.noteNearest();
    this.asked = point;
    this.isOutside = isFarOut(point);
    this.streets = [];
    const query = { lat: point.lat, lon: point.lon };
    const [around, here] = await Promise.allSettled([
      call("get", "/v1/places/streets", { query }),
      call("get", "/v1/places/at", { query }),
    ]);
    if (this.asked !== point) return;
    if (around.status === "fulfilled") this.streets = around.value.streets;
    this.noteNearest();
    if (here.status === "fulfilled") this.isOutside = here.value.is_outside_jurisdiction;
    redraw();
  }
}

/** The house number that was typed besides the name of a street, if any. */
function numberBeside(words: string, name: string): string | null {
  const rest = folded(words).replace(folded(name), " ");
  return /(?:^|[\s,])(\d+ ?[a-z]?)(?=$|[\s,.;])/.exec(rest)?.[1] ?? null;
}

/** The map's code is kept with its ground; a browser may remember that a module did not come. */
async function streetsOnThisPhone(words: string): Promise<readonly KeptStreet[]> {
  if (!(await globalThis.caches?.has("ground"))) return [];
  return (await import("../map/ground.js")).keptStreets(words);
}

/** Whether a place is outside of the city for sure, without asking anybody. */
function isFarOut({ lat, lon }: Point): boolean {
  const [west, south, east, north] = city().extent ?? [-180, -90, 180, 90];
  return lon < west! || lon > east! || lat < south! || lat > north!;
}
