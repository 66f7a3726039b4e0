import "./results.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { call } from "../api/call.js";
import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { summary, textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { n, t } from "../words/words.js";
import { readCode } from "../vote/pass.js";
import { findBallot, OtherFile, type FoundPart } from "./find_ballot.js";

/** Whoever has a receipt sees the ballot as it was counted; the receipt stays on the phone. */
const receiptScreen: Make = async ({ params }) => {
  const slug = params["slug"] ?? "";
  const options = { params: { slug }, isAnonymous: true };
  // Asked without a cookie, and kept nowhere: who looks up what is nobody's business.
  const results = await call("get", "/v1/cycles/{slug}/results", options);
  const search = new Search(slug, results.parts);
  return {
    title: () => (search.found ? t("Your ballot, as it was counted") : t("Find my ballot")),
    back: `/budgets/${slug}/results`,
    frame: "task",
    view: () => search.view(),
  };
};

type Found = FoundPart & { name: string; vote_type: string; file: string };

class Search {
  found: Found[] | null = null;
  private typed = "";
  private problem: string | undefined;
  private readonly doing = new Doing();
  private isOther = false;
  private isMissing = false;

  constructor(
    private readonly slug: string,
    private readonly parts: readonly { code: string; name: string }[],
  ) {}

  view(): TemplateResult {
    if (this.found) return this.ballot(this.found);
    return html`
      <p>${t("The published ballots are fetched, and this phone looks for yours in them. Your receipt does not leave it.")}</p>
      <form class="stack" @submit=${(event: Event) => event.preventDefault()}>
        ${this.problem ? summary([{ id: "receipt", words: this.problem }]) : nothing}
        ${this.isOther ? otherFile() : nothing} ${this.isMissing ? missing() : nothing}
        ${textField({ id: "receipt", label: t("Your receipt"), hint: t("16 letters and digits. Dashes and small letters do not matter."), value: this.typed, problem: this.problem, onInput: (value) => (this.typed = value) })}
        ${this.doing.button(t("Find my ballot"), () => this.look())}
      </form>
      <p><a class="alone" href=${`/vote/${this.slug}/receipt`}>${t("Let the city look instead, or see how to do it by hand")}</a></p>
    `;
  }

  private async look(): Promise<void> {
    const receipt = readCode(this.typed);
    this.isOther = this.isMissing = false;
    this.problem = receipt ? undefined : t("A receipt has 16 letters and digits, and never the letter U.");
    if (!receipt) return;
    const found: Found[] = [];
    try {
      for (const { code, name } of this.parts) found.push(...(await this.lookIn(receipt, code, name)));
    } catch (error) {
      if (!(error instanceof OtherFile)) throw error;
      this.isOther = true;
      return;
    }
    this.isMissing = found.length === 0;
    if (this.isMissing)
      this.problem = t("There is no ballot with this receipt.");
    else this.show(found);
  }

  private async lookIn(receipt: string, part: string, name: string): Promise<Found[]> {
    const election = await call("get", "/v1/cycles/{slug}/results/{part}", { params: { slug: this.slug, part }, isAnonymous: true });
    const found = await findBallot(receipt, part, election);
    return found ? [{ ...found, name, vote_type: election.vote_type, file: `${election.slug}.pb` }] : [];
  }

  private show(found: Found[]): void {
    this.found = found;
    this.typed = "";
    redraw();
    queueMicrotask(() => document.querySelector<HTMLElement>("h1")?.focus());
  }

  private ballot(found: readonly Found[]): TemplateResult {
    return html`
      ${found.map(
        ({ name, id, file, projects, vote_type }) => html`
          <section class="stack-close">
            <h2>${name}</h2>
            ${vote_type === "ordinal" ? html`<ol>${projects.map(line)}</ol>` : html`<ul>${projects.map(line)}</ul>`}
            <p class="soft">${t("In the file {file} it is the row", { file })} <code>${id}</code></p>
          </section>
        `,
      )}
      <p>${t("Not what you chose? Tell the election office: then the count is wrong, and your receipt shows it.")}</p>
      <p><a class="alone" href=${`/app/budgets/${this.slug}/results`}>${t("What won")}</a></p>
    `;
  }
}

const line = ({ name, points }: FoundPart["projects"][number]) =>
  html`<li>${name}${points === null ? nothing : html`: <strong class="figure">${n(points, "{count} point", "{count} points")}</strong>`}</li>`;

const missing = () => html`
  <p>${t("Check every symbol. If you voted more than once, take your last receipt.")}</p>
  <p>${t("If it is right and still finds nothing, tell the election office: then the count is wrong, and your receipt shows it.")}</p>
`;

const otherFile = () =>
  notice("error", t("The file of the ballots is not the one whose mark was published. Try again; if it stays so, tell the election office."));

export default receiptScreen;
