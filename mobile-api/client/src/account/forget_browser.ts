import { html, nothing } from "lit-html";

import { call } from "../api/call.js";
import { outbox } from "../send/outbox.js";
import type { Make } from "../shell/router.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { database } from "../store/database.js";
import { forgetAll, openHere } from "../vote/kept.js";
import { n, t } from "../words/words.js";
import { forgetEverything, silence } from "./forget.js";

/** For a phone or tablet that others use next. */
const forgetBrowser: Make = async ({ query }) => {
  const waiting = (await outbox()).filter(({ state, body }) => state !== "sent" && body.kind !== "photo").length;
  const db = await database();
  const unsent = waiting + (await db.count("draft")) + (await db.count("proposal"));
  const isDone = query.has("done");
  const ballots = isDone ? 0 : await openHere();
  const doing = new Doing();

  const forget = async () => {
    await silence();
    await call("delete", "/v1/app/session");
    await Promise.all([forgetEverything(), forgetAll()]);
    // Loaded anew, for what was in hand is in this page's memory as well.
    location.replace("/app/more/account/forget?done");
  };

  return {
    title: () => (isDone ? t("Forgotten") : t("Forget this browser")),
    back: "/more/account",
    view: () =>
      isDone
        ? notice("done", t("Nothing of you is in this browser any more. Whoever opens it next begins anew."))
        : html`
            <p>${t("For a phone or tablet that others use too. Drafts, reports and pictures in this browser go, and it is signed out.")}</p>
            <p>${t("What the city has stays there. Without an account you will not find it again as yours, so write the numbers down.")}</p>
            ${unsent
              ? notice("error", html`<strong>${n(unsent, "{count} thing is not sent yet and would be lost.", "{count} things are not sent yet and would be lost.")}</strong>`)
              : nothing}
            ${ballots
              ? notice("error", t("A ballot is open here. It goes too. Keep your letter or write down your pass: without it you cannot finish or change the ballot."))
              : nothing}
            ${doing.button(t("Forget this browser"), forget)}
          `,
  };
};

export default forgetBrowser;
