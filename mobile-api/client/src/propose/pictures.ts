import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { Coming } from "../photo/coming.js";
import type { Shown } from "../photo/in_hand.js";
import { textField } from "../ui/fields.js";
import { n, t } from "../words/words.js";
import { focusSoon } from "./parts.js";
import { LONGEST } from "./steps.js";
import type { Writing } from "./writing.js";

/** The pictures of a proposal: added, described, covered, removed. */
export class Pictures {
  private readonly coming = new Coming((picture) => this.writing.addPhoto(picture));

  constructor(private readonly writing: Writing) {}

  view(): TemplateResult {
    const { photos } = this.writing;
    const room = this.room();
    return html`
      <section class="stack-close" aria-labelledby="pictures">
        <h2 id="pictures">${t("Pictures, if you have some")}</h2>
        ${room > 0
          ? html`<label class="button button-quiet picture-way">
              <input class="for-screen-readers" type="file" id="picture" accept="image/*" multiple @change=${({ target }: Event) => void this.coming.take(target as HTMLInputElement, this.room())} />${t("Add pictures")}
            </label>`
          : html`<p class="soft">${n(photos.length, "{count} picture is all it takes.", "{count} pictures are all it takes.")}</p>`}
        ${this.coming.view()}
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
    return city().limits.photos - this.writing.photos.length - this.coming.count;
  }

  private async remove(id: string): Promise<void> {
    await this.writing.removePhoto(id);
    focusSoon("picture");
  }
}
