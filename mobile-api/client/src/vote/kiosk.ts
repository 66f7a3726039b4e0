import "./vote.css";
import "./kiosk.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { explained } from "../shell/failed.js";
import { go, type Make } from "../shell/router.js";
import { redraw, type Screen } from "../shell/screen.js";
import { choice } from "../store/database.js";
import { notice } from "../ui/notices.js";
import { firstLanguage, isSpoken, language, LANGUAGES, n, speak, t } from "../words/words.js";
import type { BallotForm } from "./ask.js";
import { Booth, type Step } from "./booth.js";
import { Idle } from "./idle.js";
import { nowhere } from "./kept.js";
import { stepBefore, stepTitle, stepView } from "./steps.js";

// Read before; it is the same for everybody, so that the next voter sees it without a network too.
let form: BallotForm | null = null;

/** The vote on a tablet that everybody uses: one voter after the other, and nothing stays. */
const kiosk: Make = async ({ params }) => {
  const slug = params["slug"] ?? "";
  const back = here?.oneBack(slug);
  if (back) return back;
  const device = { keeper: nowhere, channel: "kiosk" } as const;
  try {
    const booth = await Booth.enter(device, slug, form?.slug === slug ? form : null);
    form = booth.form;
    return new Kiosk(slug, booth);
  } catch (error) {
    return notNow(error);
  }
};

/** Why there is nothing to vote on, with no way out but trying again. */
function notNow(error: unknown): Screen {
  const { title, detail, remedy } = explained(error);
  const again = () => location.reload();
  return {
    title: () => title,
    frame: "bare",
    view: () => html`<p>${detail}</p><p>${remedy}</p><p><button class="button" @click=${again}>${t("Try again")}</button></p>`,
  };
}

const HELD = "kiosk";
let here: Kiosk | null = null;

class Kiosk implements Screen {
  readonly frame = "bare";
  private step: Step = "start";
  private secondsLeft: number | null = null;
  private idle: Idle | null = null;
  private isOver = false;
  private focused: HTMLElement | null = null;

  constructor(
    private readonly slug: string,
    private readonly booth: Booth,
  ) {
    here = this;
    booth.leadBy((step) => this.lead(step));
    document.documentElement.classList.add("kiosk");
    this.hold();
    window.addEventListener("popstate", this.hold);
  }

  /** What the tablet's own Back shows while a voter is there: the step before, and nothing is lost. */
  oneBack(slug: string): Screen | null {
    // Whoever comes to the question whether anybody is there may be somebody else.
    if (slug !== this.slug || this.isOver || this.secondsLeft !== null) return null;
    const before = stepBefore(this.booth, this.step);
    if (before === "start" && !this.booth.ballot) return null;
    const screen = new Kiosk(slug, this.booth);
    if (this.step !== "start") this.booth.go(before === null || before === "start" ? this.step : before);
    else if (this.idle) screen.watch();
    return screen;
  }

  title(): string {
    return stepTitle(this.booth, this.step);
  }

  view(): TemplateResult {
    if (this.isOver) return html`<p class="soft" role="status">${t("One moment …")}</p>`;
    return html`
      ${this.secondsLeft === null ? nothing : this.warning(this.secondsLeft)}
      <div class="stack" @input=${this.watch} ?inert=${this.secondsLeft !== null}>
        ${this.step === "start" ? html`${languages(this.watch)}${about()}` : this.wayBack()}
        ${navigator.onLine ? nothing : notice("error", t("There is no connection. What you choose stays here until you send it."))}
        ${stepView(this.booth, this.step)}
        ${this.step === "start" || this.step === "receipt" ? nothing : this.clear()}
      </div>
    `;
  }

  leave(): void {
    this.isOver = true;
    this.idle?.stop();
    window.removeEventListener("popstate", this.hold);
    document.documentElement.classList.toggle("kiosk", location.pathname.startsWith("/app/kiosk/"));
  }

  /** Going back from here comes here again, at once, for some press twice. */
  private readonly hold = (): void => {
    if (history.state !== HELD) history.pushState(HELD, "");
  };

  private lead(step: Step): void {
    // An answer that comes when its voter is gone leads nowhere.
    if (this.isOver) return;
    if (step === "start") return void this.wipe();
    this.step = step;
    this.watch();
    redraw();
    queueMicrotask(() => {
      window.scrollTo(0, 0);
      document.querySelector<HTMLElement>("h1")?.focus();
    });
  }

  /** From the first letter that is typed or the language that is chosen on, somebody may leave something behind. */
  private readonly watch = (): void => {
    this.idle ??= new Idle((left) => this.tell(left), () => void this.wipe());
  };

  /** The next voter begins at a new screen; this one, with all that was typed, is gone. */
  private async wipe(): Promise<void> {
    this.idle?.stop();
    // Out of sight at once: the new screen asks the city first, which takes long on a bad network.
    this.isOver = true;
    this.step = "start";
    redraw();
    await speak(firstLanguage(await choice<string>("language"), city().languages));
    await go(`/kiosk/${this.slug}/vote`, { replace: true });
  }

  private tell(secondsLeft: number | null): void {
    const wasAsked = this.secondsLeft !== null;
    this.secondsLeft = secondsLeft;
    if (!wasAsked && secondsLeft !== null) this.focused = document.activeElement as HTMLElement | null;
    redraw();
    queueMicrotask(() => {
      if (!wasAsked && secondsLeft !== null) document.getElementById("still-here")?.focus();
      if (wasAsked && secondsLeft === null) this.focused?.focus();
    });
  }

  private warning(secondsLeft: number): TemplateResult {
    return html`
      <div class="warning" role="alertdialog" aria-modal="true" aria-labelledby="warning-title" aria-describedby="warning-words" @click=${() => this.idle?.stay()}>
        <div class="stack">
          <h2 id="warning-title">${t("Are you still there?")}</h2>
          <p id="warning-words">${t("This tablet clears itself soon, so that nobody sees your ballot.")}</p>
          <p class="figure" aria-hidden="true">${n(secondsLeft, "{count} second left", "{count} seconds left")}</p>
          <button class="button button-wide" id="still-here">${t("I am still here")}</button>
          <button class="button button-quiet button-wide" @click=${() => void this.wipe()}>${t("Clear it now")}</button>
        </div>
      </div>
    `;
  }

  private wayBack(): TemplateResult | typeof nothing {
    const before = stepBefore(this.booth, this.step);
    if (before === null || before === "start") return nothing;
    return html`<p><button class="button button-quiet" @click=${() => this.booth.go(before)}>${t("Back")}</button></p>`;
  }

  private clear(): TemplateResult {
    return html`<p><button class="button-link" @click=${() => void this.wipe()}>${t("Stop, and clear this tablet")}</button></p>`;
  }
}

const about = () =>
  notice("plain", t("This tablet is for everybody. It keeps nothing, and clears itself when nobody touches it for a minute and a half."));

/** For this voter alone: the next one hears the tablet's own language again. */
const languages = (watch: () => void) => html`
  <div class="languages" role="group" aria-label=${t("Language")}>
    ${city().languages.filter(isSpoken).map((tongue) => html`
      <button class="button button-quiet" lang=${tongue} aria-pressed=${tongue === language() ? "true" : "false"} @click=${() => { watch(); void speak(tongue).then(redraw); }}>${LANGUAGES[tongue]}</button>
    `)}
  </div>
`;

export default kiosk;
