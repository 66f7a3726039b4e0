import "./vote.css";

import { go, type Make } from "../shell/router.js";
import { dropWhenForgotten } from "../store/begin_anew.js";
import { t } from "../words/words.js";
import { Booth } from "./booth.js";
import { onThisPhone } from "./kept.js";
import { stepAt, stepBefore, stepTitle, stepView } from "./steps.js";

// One vote at a time; what is typed stays while its steps follow each other.
let booth: Booth | null = null;
dropWhenForgotten(async () => booth?.ballot?.forget());

/** The vote on the voter's own phone; each step has an address, so that the browser's back works. */
const vote: Make = async ({ params }) => {
  const slug = params["slug"] ?? "";
  const root = `/budgets/${slug}`;
  const named = params["part"] ? `part/${params["part"]}` : params["step"];
  // A ballot that is open stays as it is; without one, whoever begins hears what holds now.
  if (booth?.form.slug !== slug || !(named || booth.ballot)) {
    booth = await Booth.enter({ keeper: onThisPhone, channel: "app" }, slug);
    booth.leadBy((step) => void go(step === "start" ? `${root}/vote` : `${root}/vote/${step}`));
  }
  const here = booth;
  const step = stepAt(here, named);
  const before = stepBefore(here, step);
  return {
    title: () => stepTitle(here, step),
    view: () => stepView(here, step),
    frame: "task",
    withoutNetwork: () => t("No connection. What you choose stays here; a ballot is sent only when you press the button."),
    ...(step === "receipt" ? {} : { back: before === null ? root : before === "start" ? `${root}/vote` : `${root}/vote/${before}` }),
  };
};

export default vote;
