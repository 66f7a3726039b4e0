import { html, nothing, type TemplateResult } from "lit-html";

import { ask, call, Refused, type Answer } from "../api/call.js";
import { drop, outbox } from "../send/outbox.js";
import { read } from "../store/read.js";
import { redraw } from "../shell/screen.js";
import { Doing, Later } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";
import { hide } from "../ui/card_picture.js";

type Picture = Answer<"/v1/reports/{number}/photos">[number];
type Mine = Answer<"/v1/uploads/{slot}">;

/** The pictures of a report that everybody sees, and those of this phone, which can be taken back. */
export class Pictures {
  private readonly all: Later<Picture[]>;
  private readonly mine: Later<Mine[]>;
  private readonly removing = new Doing();
  private doubted: string | null = null;
  private isRemoved = false;

  constructor(private readonly number: string) {
    this.all = new Later(async () => (await read("/v1/reports/{number}/photos", { params: { number } })).document);
    this.mine = new Later(() => this.fetchMine());
  }

  view(): TemplateResult | typeof nothing {
    const all = this.all.value ?? [];
    const mine = this.mine.value ?? [];
    if (!all.length && !mine.length && !this.isRemoved) return nothing;
    return html`
      <section class="stack-close section" aria-labelledby="pictures">
        <h2 id="pictures">${t("Pictures")}</h2>
        ${all.length ? html`<ul class="photos" role="list">${all.map(shown)}</ul>` : nothing}
        ${this.isRemoved ? notice("done", t("Your picture is removed. Nobody sees it any more.")) : nothing}
        ${mine.map((one) => this.own(one))}
      </section>
    `;
  }

  private own(one: Mine): TemplateResult {
    return html`
      <div class="stack-close">
        <p>${t("Your picture:")} ${mineWords(one)}</p>
        ${one.reason ? html`<p class="reason said">${one.reason}</p>` : nothing}
        ${this.doubted === one.id
          ? html`
              <p>${t("Remove it for good? It cannot be brought back.")}</p>
              <div class="quick">
                ${this.removing.button(t("Remove it"), () => this.remove(one.id), "button")}
                <button class="button button-quiet" @click=${() => this.doubt(null)}>${t("Keep it")}</button>
              </div>
            `
          : html`<button class="button-link" @click=${() => this.doubt(one.id)}>${t("Remove my picture")}</button>`}
      </div>
    `;
  }

  private doubt(id: string | null): void {
    this.doubted = id;
    redraw();
  }

  private async remove(slot: string): Promise<void> {
    await ask(`/v1/uploads/${slot}`, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } });
    await drop(slot);
    [this.doubted, this.isRemoved] = [null, true];
    await Promise.all([this.all.again(), this.mine.again()]);
  }

  /** This phone knows its own by what it sent; the city says where each stands. */
  private async fetchMine(): Promise<Mine[]> {
    const sent = await outbox();
    const reports = sent.filter(({ document }) => document?.number === this.number).map(({ id }) => id);
    const slots = sent.filter(({ body, state }) => body.kind === "photo" && state === "sent" && reports.includes(String(body.report)));
    const found = await Promise.all(slots.map(({ id }) => call("get", "/v1/uploads/{slot}", { params: { slot: id } }).catch(ifGone)));
    return found.filter((one) => one !== null && one.state !== "removed") as Mine[];
  }
}

/** A picture that went with somebody's account is no error. */
function ifGone(error: unknown): null {
  if (error instanceof Refused && [401, 404].includes(error.problem.status)) return null;
  throw error;
}

const shown = (one: Picture) => html`
  <li><a href=${one.url} target="_blank" rel="noopener">
    <img src=${one.thumbnail_url} alt=${one.alt ?? t("A picture without words")} width=${one.width} height=${one.height} loading="lazy" decoding="async" @error=${hide} />
  </a></li>
`;

function mineWords({ state }: Mine): string {
  switch (state) {
    case "public":
      return t("everybody can see it.");
    case "refused":
      return t("the city does not show it.");
    case "uploading":
      return t("it is on its way.");
  }
  return t("the city looks at it before anybody else does.");
}
