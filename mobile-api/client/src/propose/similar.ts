import { html, nothing, type TemplateResult } from "lit-html";

import { call, type Answer } from "../api/call.js";
import { redraw } from "../shell/screen.js";
import { lastRead } from "../store/read.js";
import { n, t } from "../words/words.js";
import type { Writing } from "./writing.js";

export type Alike = Answer<"/v1/cycles/{slug}/proposals/similar">[number];

const PAUSE_MS = 350;
const SHORTEST = 4;
/** As long as somebody waits to hear whether it is proposed already. */
const PATIENCE_MS = 5_000;

/** What others proposed already that may be the same. */
export class Similar {
  found: readonly Alike[] = [];
  /** The kinds of what is proposed so far, as far as this phone has read it. */
  categories: readonly string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(private readonly writing: Writing) {
    void this.readCategories();
    this.look();
  }

  /** Look once somebody pauses. */
  look(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** A line under the name: somebody may have had the idea before. */
  hints(): TemplateResult {
    const { length } = this.found;
    return html`
      <div role="status" class=${length ? "offer stack-close" : ""}>
        ${length
          ? html`
              <p>${n(length, "Is it this one? Then support it instead.", "Is it one of these {count}? Then support it instead.")}</p>
              <ul class="ways" role="list">
                ${this.found.map(({ number, title }) => html`<li><a href=${`/app/budgets/${this.writing.kept.cycle}/proposals/${number}`} dir="auto">${title}</a></li>`)}
              </ul>
              <p class="small soft">${t("What you wrote stays here.")}</p>
            `
          : nothing}
      </div>
    `;
  }

  private async ask(): Promise<void> {
    const turn = ++this.turn;
    const title = this.writing.draft.title?.trim() ?? "";
    const found = title.length < SHORTEST ? [] : await alike(this.writing);
    if (turn !== this.turn) return;
    this.found = found;
    redraw();
  }

  private async readCategories(): Promise<void> {
    const { cycle: slug } = this.writing.kept;
    const kept = await lastRead("/v1/cycles/{slug}/proposals", { params: { slug }, query: { page: 1, page_size: 200 } });
    this.categories = [...new Set((kept?.proposals ?? []).flatMap(({ category }) => category ?? []))];
    redraw();
  }
}

/** What may be the same, likeliest first; nothing where nobody answers soon. */
export async function alike({ kept, draft, point }: Writing): Promise<Alike[]> {
  const title = draft.title?.trim() ?? "";
  const query = { title, ...(kept.reach === "place" && point ? point : {}) };
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const asked = { params: { slug: kept.cycle }, query, signal: patience.signal };
  const found = await call("get", "/v1/cycles/{slug}/proposals/similar", asked).catch(() => []);
  clearTimeout(timer);
  return found;
}
