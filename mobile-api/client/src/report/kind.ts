import { html, nothing, type TemplateResult } from "lit-html";

import { redraw } from "../shell/screen.js";
import { textField } from "../ui/fields.js";
import { folded } from "../words/folded.js";
import { n, t } from "../words/words.js";
import { focusSoon } from "./parts.js";
import { hazards, isDangerous, serviceOf, services, type Service } from "./services.js";
import { suggest, type Suggestion } from "./suggest.js";
import type { Writing } from "./writing.js";

/** What kind of problem it is: suggested by the words, said by the person. */
export class KindChoice {
  private isListOpen = false;
  private sought = "";

  constructor(private readonly writing: Writing) {}

  private get chosen(): Service | undefined {
    return serviceOf(this.writing.report.service_code);
  }

  /** What the words point to; the dangerous first, and all of them. */
  private suggestions(): Suggestion[] {
    const { description = "" } = this.writing.report;
    const others = suggest(description, services()).filter(({ code }) => !isDangerous(serviceOf(code)));
    return [...suggest(description, hazards()), ...others];
  }

  view(problem: string | undefined): TemplateResult {
    return html`
      <fieldset class="choices" id="kind" aria-describedby=${problem ? "kind-problem" : nothing}>
        <legend>${t("What kind of problem is it?")}</legend>
        ${problem ? html`<strong class="problem" id="kind-problem">${problem}</strong>` : nothing}
        <div role="status">${this.offered().map(({ service, said }) => this.choice(service, said))}</div>
        ${this.isListOpen ? this.list() : this.opener()}
      </fieldset>
    `;
  }

  /** What the words point to, and what was chosen beside that. */
  private offered(): { service: Service; said: readonly string[] }[] {
    const offered = this.suggestions().flatMap(({ code, said }) => {
      const service = serviceOf(code);
      return service ? [{ service, said }] : [];
    });
    const { chosen } = this;
    const isThere = offered.some(({ service }) => service === chosen);
    return chosen && !isThere && !this.isListOpen ? [...offered, { service: chosen, said: [] }] : offered;
  }

  private choice(service: Service, said: readonly string[] = [], name = "kind"): TemplateResult {
    const words = said.map((word) => `“${word}”`).join(", ");
    return html`
      <label class="choice">
        <input
          type="radio" name=${name} .checked=${service === this.chosen} @change=${() => this.choose(service)}
        />
        <span>
          ${service.service_name}
          ${words ? html`<span class="hint">${t("because you wrote {words}", { words })}</span>` : nothing}
        </span>
      </label>
    `;
  }

  private opener(): TemplateResult {
    const words = this.offered().length ? t("It is something else") : t("Choose from the list");
    return html`<p><button class="button button-quiet" type="button" @click=${() => this.open()}>${words}</button></p>`;
  }

  private list(): TemplateResult {
    const groups = this.groups();
    const count = groups.reduce((sum, [, members]) => sum + members.length, 0);
    return html`
      <div class="all-kinds stack">
        ${textField({
          id: "kind-sought",
          label: t("Search the list"),
          type: "search",
          value: this.sought,
          onInput: (sought) => {
            this.sought = sought;
            redraw();
          },
        })}
        <p class="soft" role="status">
          ${count
            ? n(count, "{count} kind of problem", "{count} kinds of problem")
            : t("Nothing in the list is called that. Try another word.")}
        </p>
        ${groups.map(
          ([group, members]) => html`
            <div><h2>${group}</h2>${members.map((one) => this.choice(one, [], "kind-in-list"))}</div>
          `,
        )}
      </div>
    `;
  }

  /** The kinds whose name, description or keywords hold what is sought, by their groups. */
  private groups(): [string, Service[]][] {
    const sought = folded(this.sought);
    const groups = new Map<string, Service[]>();
    for (const service of services()) {
      const { group, service_name, description, keywords } = service;
      if (!folded([group, service_name, description, ...keywords].join(" ")).includes(sought)) continue;
      groups.set(group, [...(groups.get(group) ?? []), service]);
    }
    return [...groups];
  }

  private open(): void {
    this.isListOpen = true;
    focusSoon("kind-sought");
    redraw();
  }

  private choose(service: Service): void {
    this.isListOpen = false;
    this.sought = "";
    this.writing.isDanger = false;
    this.writing.say({ service_code: service.service_code });
  }
}
