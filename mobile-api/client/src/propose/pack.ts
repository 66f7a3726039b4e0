import { html, nothing, type TemplateResult } from "lit-html";

import { amount } from "../words/formats.js";
import { t } from "../words/words.js";
import type { Proposal } from "./catalogue.js";

/** What voters should know before they choose. */
export const pack = (one: Proposal): TemplateResult | typeof nothing => {
  const { pack: known } = one;
  if (!known) return nothing;
  return html`
    <section class="stack" aria-labelledby="pack">
      <h2 id="pack">${t("Before you vote")}</h2>
      <p class="small soft">${t("This is kept on your phone: you can read it again without a network.")}</p>
      ${points(t("What speaks for it"), known.pros)} ${points(t("What speaks against it"), known.cons)}
      ${known.cost_lines.length
        ? html`
            <h3>${t("What it costs")}</h3>
            <dl class="sums">
              ${known.cost_lines.map(({ words, cost }) => html`<div><dt dir="auto">${words}</dt><dd class="figure">${amount(cost, one)}</dd></div>`)}
              ${one.cost === null ? nothing : html`<div class="sums-all"><dt>${t("Together")}</dt><dd class="figure">${amount(one.cost, one)}</dd></div>`}
            </dl>
          `
        : nothing}
      ${known.minority_statements?.length
        ? points(t("What a few think otherwise"), known.minority_statements)
        : known.is_undisputed
          ? html`<p>${t("Nobody who took part thinks otherwise.")}</p>`
          : nothing}
      ${known.sources.length
        ? html`
            <h3>${t("Where to look it up")}</h3>
            <ul>${known.sources.map(({ title, url }) => html`<li><a class="alone" href=${url} rel="external noopener" dir="auto">${title}</a></li>`)}</ul>
          `
        : nothing}
    </section>
  `;
};

const points = (title: string, all: readonly string[]) =>
  all.length ? html`<div class="stack-close"><h3>${title}</h3><ul class="points">${all.map((words) => html`<li><span dir="auto">${words}</span></li>`)}</ul></div>` : nothing;
