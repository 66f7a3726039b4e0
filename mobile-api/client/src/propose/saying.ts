import { choice, choose, database } from "../store/database.js";
import { uuid7 } from "../store/uuid.js";

/** Words under a proposal that are not sent yet; their id is sent with them, so that twice is once. */
export interface Kept {
  id: string;
  text: string;
  ask: "comment" | "city" | "proposer";
}

/** What somebody began to say, under a proposal or as an answer to a question, or room for it. */
export async function keptSaying(name: string): Promise<Kept> {
  return (await choice<Kept>(nameOf(name))) ?? { id: uuid7(), text: "", ask: "comment" };
}

export const keepSaying = (name: string, kept: Kept): Promise<void> => choose(nameOf(name), kept);

/** It is said: the next words are others. */
export const forgetSaying = async (name: string): Promise<void> => (await database()).delete("choice", nameOf(name));

const nameOf = (name: string): string => `saying:${name}`;
