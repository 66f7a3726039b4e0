import { html, nothing, type TemplateResult } from "lit-html";

import { ask, type Answer } from "../api/call.js";
import { Later } from "../ui/later.js";
import { amount } from "../words/formats.js";
import { t } from "../words/words.js";
import { askCycle, askProposal, type Project } from "./ask.js";
import type { Booth } from "./booth.js";

type Proposal = Answer<"/v1/proposals/{number}">;
type Pack = NonNullable<Proposal["pack"]>;
interface Told {
  proposal: Proposal;
  picture: { url: string; alt: string } | null;
}

const cycles = new Map<string, ReturnType<typeof askCycle>>();
/** An address for each picture, made once: a tablet that is voted at all day would fill up with them. */
const pictures = new Map<string, string>();

/** What voters should know of one project: asked for when somebody opens it, without a cookie. */
export class Known {
  private told: Later<Told | null> | null = null;

  constructor(
    private readonly booth: Booth,
    private readonly project: Project,
  ) {}

  view(): TemplateResult {
    return html`
      <details class="told" @toggle=${(event: Event) => this.toggled((event.target as HTMLDetailsElement).open)}>
        <summary>${t("What voters should know")}<span class="for-screen-readers">: ${this.project.title}</span></summary>
        ${this.told?.shown((told) => (told ? this.pack(told) : html`<p>${t("Nothing more is written about this project.")}</p>`)) ?? nothing}
      </details>
    `;
  }

  private toggled(isOpen: boolean): void {
    if (isOpen) this.told ??= new Later(() => this.ask());
  }

  private async ask(): Promise<Told | null> {
    const number = await this.number();
    if (!number) return null;
    const proposal = await askProposal(number);
    return { proposal, picture: await firstPicture(proposal) };
  }

  private async number(): Promise<string | null> {
    const { slug } = this.booth.form;
    const asked = cycles.get(slug) ?? askCycle(slug);
    cycles.set(slug, asked);
    asked.catch(() => cycles.delete(slug));
    return (await asked).projects.find((one) => one.code === this.project.code)?.proposal ?? null;
  }

  private pack({ proposal, picture }: Told): TemplateResult {
    return html`
      <div class="stack-close" lang=${proposal.language}>
        ${picture ? html`<img class="picture" src=${picture.url} alt=${picture.alt} />` : nothing}
        <p class="as-written" dir="auto">${proposal.summary}</p>
        ${proposal.pack ? this.points(proposal.pack) : nothing}
      </div>
    `;
  }

  private points(pack: Pack): TemplateResult {
    return html`
      ${list(t("For it"), pack.pros)} ${list(t("Against it"), pack.cons)}
      ${list(t("What the money is for"), pack.cost_lines.map(({ words, cost }) => html`<bdi>${words}</bdi>: ${amount(cost, this.booth.form)}`))}
      ${pack.is_undisputed ? html`<p>${t("Nobody stated another opinion.")}</p>` : list(t("Others say"), pack.minority_statements ?? [])}
      ${list(t("Where this is from"), pack.sources.map(({ title, url }) => (this.booth.isKiosk ? title : html`<a href=${url} target="_blank" rel="noopener noreferrer">${title}</a>`)))}
    `;
  }
}

const list = (title: string, items: readonly unknown[]) =>
  items.length === 0
    ? nothing
    : html`<h4>${title}</h4><ul>${items.map((one) => html`<li class="as-written" dir="auto">${one}</li>`)}</ul>`;

/** A picture by an own address: an image element would bring the cookie along. */
async function firstPicture({ photos }: Proposal): Promise<Told["picture"]> {
  const [first] = photos;
  if (!first) return null;
  try {
    const { pathname } = new URL(first.url);
    const known = pictures.get(pathname);
    const url = known ?? URL.createObjectURL(await (await ask(pathname, { credentials: "omit" })).blob());
    pictures.set(pathname, url);
    return { url, alt: first.alt ?? "" };
  } catch {
    // The words are there, and count for more.
    return null;
  }
}
