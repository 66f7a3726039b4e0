import type { Answer } from "../api/call.js";
import { choice, choose } from "../store/database.js";

/** A code that is on its way: kept, for on a phone whoever reads a mail leaves this page. */
export type CodeAsked = Answer<"/v1/accounts/codes", "post"> & { address: string };

const NAME = "code_asked";

export const codeAsked = (): Promise<CodeAsked | null> => choice<CodeAsked>(NAME);
export const keepCodeAsked = (asked: CodeAsked | null): Promise<void> => choose(NAME, asked);
