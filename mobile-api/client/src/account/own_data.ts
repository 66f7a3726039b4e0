import "./own_data.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { call, type Answer } from "../api/call.js";
import { city } from "../city/city.js";
import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { tick } from "../ui/fields.js";
import { Doing, Later } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { saveFile } from "../ui/save_file.js";
import { moment } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { forgetEverything, silence } from "./forget.js";
import { isKnown } from "./session.js";

type OwnData = Answer<"/v1/me/data">;

/** What the city keeps of me: to see, to take along, to erase. It is never kept on the phone. */
const ownData: Make = ({ query }) => {
  const found = new Later(fetchData);
  const erasing = new Erasing();
  const erased = query.get("erased");
  return {
    title: () => t("What the city keeps of you"),
    back: "/more/account",
    view: () => html`
      ${erased === null ? nothing : done(Number(erased))}
      ${found.shown((data) => (data ? html`${listed(data)} ${download(data)} ${erasing.view()}` : nobody()))}
    `,
  };
};

const fetchData = async (): Promise<OwnData | null> => (isKnown() ? call("get", "/v1/me/data") : null);

const nobody = () => html`
  <p>${t("Nothing that it could find again: this browser has no account, and the city does not know it.")}</p>
`;

const done = (reports: number) =>
  notice("done", html`<strong>${t("It is erased.")}</strong><p>${n(reports, "{count} report has lost its words.", "{count} reports have lost their words.")}</p>`);

const listed = (data: OwnData): TemplateResult => {
  const entries = [
    data.account && accountWords(data.account),
    count(data.reports.length, () => n(data.reports.length, "{count} report", "{count} reports")),
    count(data.words.length, () => n(data.words.length, "{count} comment or reason", "{count} comments or reasons")),
    count(data.photos.length, () => n(data.photos.length, "{count} picture", "{count} pictures")),
    count(data.ratings.length, () => n(data.ratings.length, "{count} rating", "{count} ratings")),
    count(data.following.length, () => n(data.following.length, "{count} report you follow", "{count} reports you follow")),
    count(data.proposals.length, () => n(data.proposals.length, "{count} proposal", "{count} proposals")),
    count(data.proposal_comments.length, () => n(data.proposal_comments.length, "{count} word on a proposal", "{count} words on proposals")),
    count(data.endorsed.length, () => n(data.endorsed.length, "{count} proposal you support", "{count} proposals you support")),
    count(data.notices.registrations.length, () => n(data.notices.registrations.length, "{count} address for notices", "{count} addresses for notices")),
  ].filter(Boolean);
  return html`
    ${entries.length ? html`<ul class="kept" role="list">${entries.map((one) => html`<li>${one}</li>`)}</ul>` : html`<p>${t("The number it knows this phone by, and nothing else.")}</p>`}
    ${data.reports.length ? html`<details><summary class="open-up">${t("Your reports, word for word")}</summary><ul class="kept" role="list">${data.reports.map(reportLine)}</ul></details>` : nothing}
    <p class="soft">${t("How somebody votes is not among it: the city cannot know.")}</p>
  `;
};

const accountWords = ({ address, created_datetime }: NonNullable<OwnData["account"]>): string => {
  const day = moment(created_datetime);
  return address === null ? t("Your account, since {day}; the city cannot read its address now", { day }) : t("Your account: {address}, since {day}", { address, day });
};

const count = (many: number, words: () => string): string | null => (many ? words() : null);

const reportLine = (one: OwnData["reports"][number]) => html`
  <li>
    <p><a href=${`/app/reports/${one.number}`}>${one.number}</a> <span class="small soft">${moment(one.requested_datetime)}</span></p>
    <p class="said" dir="auto">${one.description}</p>
    ${contactWords(one.contact) ? html`<p class="small">${t("How to reach you: {contact}", { contact: contactWords(one.contact) })}</p>` : nothing}
    ${one.is_contact_unreadable ? html`<p class="small">${t("You said how to reach you. The city cannot read that now.")}</p>` : nothing}
  </li>
`;

const contactWords = (contact: OwnData["reports"][number]["contact"]): string => Object.values(contact).filter(Boolean).join(", ");

/** A file that any program reads; it is made here, so that it lies nowhere else. */
const download = (data: OwnData) => html`
  <p><button class="button button-quiet" @click=${() => save(data)}>${t("Download all of it")}</button></p>
`;

const save = (data: OwnData): void =>
  saveFile(`${city().jurisdiction_id || "city"}-my-data.json`, JSON.stringify(data, null, 2), "application/json");

/** Erasing is for good, so it takes a tick and a tap. */
class Erasing {
  private isSure = false;
  private isDoubted = false;
  private readonly doing = new Doing();

  view(): TemplateResult | typeof nothing {
    return html`
      <section class="action stack-close" aria-labelledby="erase">
        <h2 id="erase">${t("Erase all of it")}</h2>
        <p>${t("Your words, pictures, contact and account go at once and for good. That something was reported at a place stays, without you.")}</p>
        ${tick(t("I understand that it cannot be brought back"), this.isSure, (isSure) => {
          [this.isSure, this.isDoubted] = [isSure, false];
          redraw();
        })}
        ${this.isDoubted ? html`<p role="alert"><strong class="problem">${t("Tick the box first.")}</strong></p>` : nothing}
        ${this.doing.button(t("Erase it"), () => this.erase(), "button")}
      </section>
    `;
  }

  private async erase(): Promise<void> {
    this.isDoubted = !this.isSure;
    if (this.isDoubted) return;
    await silence();
    const { reports } = await call("delete", "/v1/me/data");
    await forgetEverything();
    // Loaded anew, for what was in hand is in this page's memory as well.
    location.replace(`/app/more/account/data?erased=${reports}`);
  }
}

export default ownData;
