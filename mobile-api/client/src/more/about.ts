import { html, nothing } from "lit-html";

import { city } from "../city/city.js";
import type { Make } from "../shell/router.js";
import { n, t } from "../words/words.js";

/** The city, in short. */
const about: Make = () => ({
  title: () => t("About {city}", { city: city().city }),
  back: "/more",
  view: () => {
    const { city: name, emergency, confirm_days, terms_url } = city();
    return html`
      <p class="urgent" role="note">
        <strong>${t("Somebody is in danger? Call first:")}</strong>
        <a class="alone" href=${`tel:${emergency.number}`}>${emergency.number}</a>
        ${emergency.sentence ? html`<span>${emergency.sentence}</span>` : nothing}
      </p>
      <p>${t("With this app you tell {city} what is broken, follow what becomes of it, propose, and vote.", { city: name })}</p>
      <p>${n(confirm_days, "For a day after something is said to be done you can say that it is not.", "For {count} days after something is said to be done you can say that it is not.")}</p>
      <p>${t("Every decision on a report is written down for everybody to read, and no line can be changed later without it being seen.")}
        <a class="alone" href="/decisions" rel="external">${t("Read the decisions")}</a></p>
      <p>${t("The program is free software. Anybody may read it and check what it does.")}</p>
      ${terms_url ? html`<p><a class="alone" href=${terms_url} rel="external noopener">${t("Terms of use")}</a></p>` : nothing}
    `;
  },
});

export default about;
