import type { Report } from "./standing.js";

const REFUSALS = new Set<Report["state"]>(["refused", "handed_over", "outside"]);

/**
 * Whether there may be a decision somebody can appeal against: a refusal, or a downgrade or a merge
 * that nobody appealed against yet. The city knows for certain, and says so.
 */
export function appealable({ state, status, history }: Report): boolean {
  if (status === "closed") return REFUSALS.has(state);
  for (const step of [...history].reverse()) {
    if (step.kind === "appeal" || step.kind === "unlink") return false;
    if (step.kind === "link" && step.by === "city") return true;
    if (step.kind === "severity" && step.by === "city" && Number(step.after) > Number(step.before)) return true;
  }
  return false;
}
