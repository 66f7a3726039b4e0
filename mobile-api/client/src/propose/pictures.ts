import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { NotAPicture, small } from "../photo/small.js";
import type { Shown } from "../report/writing.js";
import { redraw } from "../shell/screen.js";
import { textField } from "../ui/fields.js";
import { notice } from "../ui/notices.js";
import { n, t } from "../words/words.js";
import { focusSoon } from "./parts.js";
import { LONGEST } from "./steps.js";
import type { Writing } from "./writing.js";

/** The pictures of a proposal: added, described, covered, removed. */
export class Pictures {
  private coming = 0;
  private problem: string | null = null;

  constructor(private readonly writing: Writing) {}

  view(): TemplateResult {
    const { photos } = this.writing;
    const room = this.room();
    return html`
      <section class="stack-close" aria-labelledby="pictures">
        <h2 id="pictures">${t("Pictures, if you have some")}</h2>
        ${room > 0
          ? html`<label class="button button-quiet picture-way">
              <input class="for-screen-readers" type="file" id="picture" accept="image/*" multiple @change=${(event: Event) => void this.add(event)} />${t("Add pictures")}
            </label>`
          : html`<p class="soft">${n(photos.length, "{count} picture is all it takes.", "{count} pictures are all it takes.")}</p>`}
        <div role="status">${this.coming ? html`<p class="soft">${n(this.coming, "Making {count} picture smaller …", "Making {count} pictures smaller …")}</p>` : nothing}</div>
        ${this.problem ? notice("error", this.problem) : nothing}
        ${photos.length ? html`<ul class="pictures" role="list">${photos.map((shown, at) => this.picture(shown, at + 1))}</ul>` : nothing}
        ${photos.length ? html`<p class="small soft">${t("Where and when they were taken is not sent. The city looks at them before everybody sees them.")}</p>` : nothing}
      </section>
    `;
  }

  private picture({ photo, url }: Shown, number: number): TemplateResult {
    const { kept } = this.writing;
    return html`
      <li class="stack-close">
        <img src=${url} alt=${kept.alts?.[photo.id] || t("Picture {number}", { number })} />
        ${textField({
          id: `alt-${photo.id}`,
          label: t("What picture {number} shows", { number }),
          hint: t("For people who cannot see it"),
          longest: LONGEST.alt,
          value: kept.alts?.[photo.id] ?? "",
          onInput: (alt) => this.writing.change({ alts: { ...kept.alts, [photo.id]: alt } }),
        })}
        <div class="quick">
          <a class="button button-quiet" href=${`/app/budgets/${kept.cycle}/propose/${kept.id}/cover/${photo.id}`} aria-label=${t("Cover something in picture {number}", { number })}>${t("Cover faces")}</a>
          <button class="button button-quiet" type="button" aria-label=${t("Remove picture {number}", { number })} @click=${() => void this.remove(photo.id)}>${t("Remove")}</button>
        </div>
      </li>
    `;
  }

  private room(): number {
    return city().limits.photos - this.writing.photos.length - this.coming;
  }

  private async add(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const files = Array.from(input.files ?? []).slice(0, this.room());
    input.value = "";
    this.problem = null;
    this.coming += files.length;
    redraw();
    // One after the other: a large picture takes much of a small phone's memory.
    for (const file of files) {
      await this.addOne(file);
      this.coming -= 1;
      redraw();
    }
  }

  private async addOne(file: File): Promise<void> {
    try {
      await this.writing.addPhoto(await small(file));
    } catch (error) {
      if (!(error instanceof NotAPicture)) throw error;
      this.problem = t("This file cannot be shown as a picture. Try another one.");
    }
  }

  private async remove(id: string): Promise<void> {
    await this.writing.removePhoto(id);
    focusSoon("picture");
  }
}
