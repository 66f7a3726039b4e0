import { html, nothing } from "lit-html";

import { call } from "../api/call.js";
import { outbox } from "../send/outbox.js";
import { go, type Make } from "../shell/router.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { database } from "../store/database.js";
import { n, t } from "../words/words.js";
import { forgetEverything, silence } from "./forget.js";

/** For a phone or tablet that others use next. */
const forgetBrowser: Make = async ({ query }) => {
  const waiting = (await outbox()).filter(({ state, body }) => state !== "sent" && body.kind !== "photo").length;
  const db = await database();
  const unsent = waiting + (await db.count("draft")) + (await db.count("proposal"));
  const isDone = query.has("done");
  const doing = new Doing();

  const forget = async () => {
    await silence();
    await call("delete", "/v1/app/session");
    await forgetEverything();
    await go("/more/account/forget?done", { replace: true });
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
            ${doing.button(t("Forget this browser"), forget)}
          `,
  };
};

export default forgetBrowser;
