import type { TemplateResult } from "lit-html";

import { t } from "../words/words.js";
import type { Booth, Step } from "./booth.js";
import { codeView, numberView } from "./by_code.js";
import { checkView } from "./check.js";
import { partView } from "./part.js";
import { partsView } from "./parts.js";
import { inBoxView, receiptView } from "./receipt.js";
import { startTitle, startView } from "./start.js";

/** The name of a step. */
export function stepTitle(booth: Booth, step: Step): string {
  if (step.startsWith("part/")) return partOf(booth, step)?.name ?? t("Your ballot");
  if (step === "parts") return t("Your ballot");
  if (step === "receipt" || (step === "check" && booth.ballot?.isInBox)) return t("Your ballot is in the box");
  if (step === "check") return t("Check your ballot");
  if (step === "number") return t("Get a code sent");
  if (step === "code") return t("Keep your pass, then type the code");
  return startTitle(booth);
}

/** What a step shows; the ballot's own steps are there once it is open. */
export function stepView(booth: Booth, step: Step): TemplateResult {
  const { ballot } = booth;
  if (step === "number") return numberView(booth);
  if (step === "code") return codeView(booth);
  if (!ballot || step === "start") return startView(booth);
  if (step === "check") return ballot.isInBox ? inBoxView(booth, ballot) : checkView(booth, ballot);
  if (step === "receipt") return receiptView(booth, ballot);
  const part = partOf(booth, step);
  return part ? partView(booth, ballot, part) : partsView(booth, ballot);
}

/** The step a step leads back to. */
export function stepBefore(booth: Booth, step: Step): Step | null {
  if (step === "start" || step === "receipt") return null;
  if (step === "code") return "number";
  if (step === "check") return booth.firstStep;
  return step !== "parts" && step.startsWith("part/") && booth.firstStep === "parts" ? "parts" : "start";
}

const partOf = (booth: Booth, step: Step) => booth.ballot?.parts.find((one) => `part/${one.code}` === step);

/** The step an address names; one on a ballot that is not open leads to the way in. */
export function stepAt(booth: Booth, named: string | undefined): Step {
  if (named === "number" || (named === "code" && booth.typed.number)) return named;
  if (!named || !booth.ballot || !booth.form.is_open && !booth.ballot.opening.is_test) return "start";
  if (named === "check" || named === "receipt" || named === "parts") return named;
  return partOf(booth, named as Step) ? (named as Step) : "start";
}
