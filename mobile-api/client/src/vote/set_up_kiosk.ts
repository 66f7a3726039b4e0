import { html } from "lit-html";

import { until } from "../budget/phases.js";
import { go, type Make } from "../shell/router.js";
import { empty } from "../ui/notices.js";
import { t } from "../words/words.js";
import { call } from "../api/call.js";
import { askForm } from "./ask.js";

/** Where staff make a tablet one for voting. It takes no PIN: there is nothing on it to protect. */
const setUp: Make = async ({ params }) => {
  const slug = params["slug"];
  if (!slug) return choose();
  const form = await askForm(slug);
  return {
    title: () => t("Make this a tablet for voting"),
    back: "/kiosk",
    frame: "task",
    view: () => html`
      <p class="lead">${form.title}, ${until(form.closes_datetime)}</p>
      <ul>
        <li>${t("Everybody may vote at it, one after the other. Nothing of a vote stays on it.")}</li>
        <li>${t("It clears itself after a minute and a half without a touch, and after every ballot.")}</li>
        <li>${t("It leads nowhere else. Pin this page on the tablet, so that nobody leaves it by the tablet's own buttons.")}</li>
        <li>${t("To end it, type another address or close the page.")}</li>
      </ul>
      <p>${t("Sign out of everything else on this tablet first: reports and drafts of its owner stay on it and are not shown.")}</p>
      <p><button class="button button-wide" @click=${() => void go(`/kiosk/${slug}/vote`, { replace: true })}>${t("Begin voting at this tablet")}</button></p>
    `,
  };
};

/** The budgets that are voted on now. */
const choose = async () => {
  const cycles = await call("get", "/v1/cycles", { isAnonymous: true });
  const open = cycles.filter((one) => one.phase === "vote");
  return {
    title: () => t("Make this a tablet for voting"),
    back: "/more",
    view: () =>
      open.length === 0
        ? empty(t("There is no vote now."))
        : html`<ul class="ways" role="list">${open.map((one) => html`<li><a href=${`/app/kiosk/${one.slug}`}>${one.title}</a></li>`)}</ul>`,
  };
};

export default setUp;
