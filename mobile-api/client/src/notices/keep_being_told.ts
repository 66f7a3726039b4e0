import { choice } from "../store/database.js";
import { PUSH } from "./push_choice.js";

/** Go on being told by push, where somebody asked for it; without a network another day will do. */
export async function keepBeingTold(): Promise<void> {
  if (!(await choice(PUSH))) return;
  const { keepPush } = await import("./push.js");
  await keepPush().catch(() => undefined);
}
