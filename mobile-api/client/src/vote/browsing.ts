import { OnAMap, type ShownPoint } from "../follow/on_a_map.js";
import { redraw } from "../shell/screen.js";
import { hasWords } from "../words/folded.js";
import { amount } from "../words/formats.js";
import { has } from "./choices.js";
import type { Booth } from "./booth.js";
import type { Part, Project } from "./ask.js";
import { Known } from "./known.js";

/** How somebody looks through the projects of one part; nothing of it leaves the phone. */
export class Browsing {
  words = "";
  topic: string | null = null;
  isStarredOnly = false;
  readonly map: OnAMap;
  private readonly packs = new Map<string, Known>();

  constructor(
    private readonly booth: Booth,
    private readonly part: Part,
  ) {
    this.map = new OnAMap(() => this.points(), ({ path }) => focusOn(path));
  }

  get topics(): string[] {
    return [...new Set(this.part.projects.flatMap((one) => one.category ?? []))].sort((one, other) => one.localeCompare(other));
  }

  /** The projects that are shown, in this voter's order. */
  get found(): Project[] {
    const { ballot } = this.booth;
    if (!ballot) return [];
    return ballot.inOrder(this.part).filter(
      (one) =>
        (this.topic === null || one.category === this.topic) &&
        (!this.isStarredOnly || ballot.isStarred(this.part, one.code)) &&
        hasWords(`${one.title} ${one.category ?? ""}`, this.words),
    );
  }

  /** Narrow the list; the map shows what the list does. */
  narrow(change: Partial<Pick<Browsing, "words" | "topic" | "isStarredOnly">>): void {
    Object.assign(this, change);
    this.map.close();
    redraw();
  }

  /** What voters should know of a project. */
  known(project: Project): Known {
    const pack = this.packs.get(project.code) ?? new Known(this.booth, project);
    this.packs.set(project.code, pack);
    return pack;
  }

  private points(): ShownPoint[] {
    const chosen = this.booth.ballot?.chosen(this.part) ?? [];
    return this.found.flatMap(({ code, lat, lon, title, cost }) =>
      lat === null || lon === null
        ? []
        : [{ lat, lon, words: `${title}, ${amount(cost, this.booth.form)}`, path: code, kind: has(chosen, code) ? ("done" as const) : ("new" as const) }]);
  }
}

function focusOn(code: string): void {
  const card = document.getElementById(`project-${code}`);
  card?.scrollIntoView({ block: "center" });
  card?.focus({ preventScroll: true });
}
