// Parts of a photo that nobody should see are drawn on it, by pointer or by keys. The fields of
// numbers hold what is drawn, for whoever would rather type it and for the city.

import { announce, wordsIn } from "./page/words.js";

const SVG = "http://www.w3.org/2000/svg";
const EDGES = ["left", "top", "right", "bottom"] as const;
// In percent: what is smaller was a tap, and how far a key goes.
const LEAST = 1;
const STEP = 1;
// A part that a key adds stands in the middle.
const MIDDLE: Box = { left: 40, top: 40, right: 60, bottom: 60 };

type Box = Record<(typeof EDGES)[number], number>;
type Point = { x: number; y: number };

const say = wordsIn("cover-words");

/** One photo's parts: a row of four fields for each, and a rectangle for each row that is filled. */
class Covers {
  readonly #place: HTMLElement;
  readonly #svg = document.createElementNS(SVG, "svg");
  readonly #rects = new Map<HTMLElement, SVGRectElement>();

  constructor(place: HTMLElement) {
    this.#place = place;
    for (const row of this.rows) {
      if (isUntouched(row)) write(row, null);
      this.#furnish(row);
    }
    place.querySelector("legend")?.after(this.#stage());
    place.append(button("add", () => this.#add(MIDDLE).focus()));
    place.addEventListener("input", () => this.#draw());
    this.#draw();
  }

  get rows(): HTMLElement[] {
    return [...this.#place.querySelectorAll<HTMLElement>(".cover-fields")];
  }

  #stage(): HTMLElement {
    const [hint, stage, picture] = [element("p"), element("div"), document.createElement("img")];
    hint.className = "hint";
    hint.textContent = say("draw");
    stage.className = "cover-stage";
    picture.alt = "";
    picture.draggable = false;
    picture.src = this.#place.dataset["picture"] ?? "";
    this.#svg.setAttribute("viewBox", "0 0 100 100");
    this.#svg.setAttribute("preserveAspectRatio", "none");
    this.#svg.addEventListener("pointerdown", (event) => this.#drag(event));
    stage.append(picture, this.#svg);
    const both = element("div");
    both.append(hint, stage);
    return both;
  }

  /** Give a row what takes it away. */
  #furnish(row: HTMLElement): void {
    row.append(button("remove", () => this.#remove(row)));
  }

  /** A row for a new part: an empty one, or one more like the last. */
  #add(box: Box): SVGRectElement {
    let row = this.rows.find((one) => read(one) === null);
    if (!row) {
      const last = this.rows.at(-1) as HTMLElement;
      row = last.cloneNode(true) as HTMLElement;
      row.querySelector("button")?.remove();
      for (const input of row.querySelectorAll("input")) {
        const label = row.querySelector(`label[for="${CSS.escape(input.id)}"]`);
        input.id = `${input.id}-`;
        label?.setAttribute("for", input.id);
      }
      last.after(row);
      this.#furnish(row);
    }
    write(row, box);
    this.#draw();
    return this.#rects.get(row) as SVGRectElement;
  }

  #remove(row: HTMLElement): void {
    if (this.rows.length > 1) row.remove();
    else write(row, null);
    this.#draw();
    announce(say("gone"));
    (this.#svg.querySelector("rect") ?? this.#place.querySelector<HTMLElement>(":scope > button"))?.focus();
  }

  /** Put the rectangles where the fields say they are. */
  #draw(): void {
    const rows = this.rows;
    for (const [row, rect] of this.#rects) {
      if (rows.includes(row) && read(row)) continue;
      rect.remove();
      this.#rects.delete(row);
    }
    rows.forEach((row, index) => {
      const box = read(row);
      if (!box) return;
      const rect = this.#rects.get(row) ?? this.#rect(row);
      rect.setAttribute("x", String(box.left));
      rect.setAttribute("y", String(box.top));
      rect.setAttribute("width", String(Math.max(0, box.right - box.left)));
      rect.setAttribute("height", String(Math.max(0, box.bottom - box.top)));
      rect.setAttribute("aria-label", `${say("part", { number: index + 1, ...box })}. ${say("keys")}`);
      row.setAttribute("role", "group");
      row.setAttribute("aria-label", say("part", { number: index + 1, ...box }));
    });
  }

  #rect(row: HTMLElement): SVGRectElement {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("tabindex", "0");
    rect.setAttribute("role", "button");
    rect.addEventListener("keydown", (event) => this.#key(event, row));
    this.#rects.set(row, rect);
    this.#svg.append(rect);
    return rect;
  }

  #key(event: KeyboardEvent, row: HTMLElement): void {
    const box = read(row);
    if (!box) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      return this.#remove(row);
    }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return row.querySelector("input")?.focus();
    }
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    write(row, event.shiftKey ? sized(box, way) : moved(box, way));
    this.#draw();
    const number = this.rows.indexOf(row) + 1;
    announce(say("part", { number, ...(read(row) ?? box) }));
  }

  /** Follow a pointer: what it meets moves with it, and over nothing it draws a new part. */
  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const from = this.#at(event);
    const met = [...this.#rects].find(([, rect]) => rect === event.target);
    const before = met && read(met[0]);
    let drawn: HTMLElement | undefined;
    const follow = (next: PointerEvent) => {
      const to = this.#at(next);
      if (met && before) {
        write(met[0], moved(before, { x: to.x - from.x, y: to.y - from.y }));
        return this.#draw();
      }
      const box = between(from, to);
      if (drawn) write(drawn, box);
      else if (box.right - box.left > LEAST && box.bottom - box.top > LEAST) drawn = this.#rowOf(this.#add(box));
      this.#draw();
    };
    const end = () => {
      this.#svg.removeEventListener("pointermove", follow);
      const row = met?.[0] ?? drawn;
      if (row) this.#rects.get(row)?.focus({ preventScroll: true });
    };
    this.#svg.setPointerCapture(event.pointerId);
    this.#svg.addEventListener("pointermove", follow);
    for (const over of ["pointerup", "pointercancel"]) this.#svg.addEventListener(over, end, { once: true });
  }

  #rowOf(rect: SVGRectElement): HTMLElement | undefined {
    return [...this.#rects].find(([, one]) => one === rect)?.[0];
  }

  #at(event: PointerEvent): Point {
    const { left, top, width, height } = this.#svg.getBoundingClientRect();
    return { x: within(((event.clientX - left) / width) * 100), y: within(((event.clientY - top) / height) * 100) };
  }
}

const WAYS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
};

const within = (percent: number, most = 100) => Math.min(Math.max(percent, 0), most);

/** Outward to whole percents: what was drawn over is covered. */
function between(one: Point, other: Point): Box {
  return {
    left: Math.floor(Math.min(one.x, other.x)),
    top: Math.floor(Math.min(one.y, other.y)),
    right: Math.ceil(Math.max(one.x, other.x)),
    bottom: Math.ceil(Math.max(one.y, other.y)),
  };
}

function moved(box: Box, by: Point): Box {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const left = Math.round(within(box.left + by.x, 100 - width));
  const top = Math.round(within(box.top + by.y, 100 - height));
  return { left, top, right: left + width, bottom: top + height };
}

function sized(box: Box, by: Point): Box {
  return {
    ...box,
    right: Math.max(box.left + LEAST, within(box.right + by.x)),
    bottom: Math.max(box.top + LEAST, within(box.bottom + by.y)),
  };
}

const field = (row: HTMLElement, edge: string) => row.querySelector<HTMLInputElement>(`input[name=${edge}]`);

/** What a row holds, null as long as a field of it is empty. */
function read(row: HTMLElement): Box | null {
  const typed = EDGES.map((edge) => field(row, edge)?.value ?? "");
  if (typed.some((one) => one === "" || Number.isNaN(Number(one)))) return null;
  const [left, top, right, bottom] = typed.map((one) => within(Number(one))) as [number, number, number, number];
  return { left, top, right, bottom };
}

function write(row: HTMLElement, box: Box | null): void {
  for (const edge of EDGES) {
    const input = field(row, edge);
    if (input) input.value = box ? String(box[edge]) : "";
  }
}

/** As the page came, which would cover all of it. */
const isUntouched = (row: HTMLElement) => EDGES.map((edge) => field(row, edge)?.value).join() === "0,0,100,100";

const element = (name: string) => document.createElement(name);

function button(name: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-quiet";
  made.textContent = say(name);
  made.addEventListener("click", press);
  return made;
}

function furnish(within: ParentNode): void {
  for (const place of within.querySelectorAll<HTMLElement>(".covering:not(:has(.cover-stage))")) new Covers(place);
}

// Only where somebody means to cover something: the picture is a large one.
document.addEventListener(
  "toggle",
  ({ target }) => target instanceof HTMLDetailsElement && target.open && furnish(target),
  true,
);
for (const open of document.querySelectorAll("details[open]")) furnish(open);
