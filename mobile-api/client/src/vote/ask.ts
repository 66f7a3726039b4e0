import { call, type Answer } from "../api/call.js";

export type BallotForm = Answer<"/v1/cycles/{slug}/ballot-form">;
export type Part = BallotForm["parts"][number];
export type Project = Part["projects"][number];
export type Issued = Answer<"/v1/cycles/{slug}/credentials", "post">;
export type Receipt = Answer<"/v1/cycles/{slug}/ballot", "put">;

/** What was chosen in one part, as it is sent. */
export interface SentChoices {
  projects: string[];
  points: number[] | null;
}

/** How somebody shows that they may vote. */
export type Proof =
  | { access_code: string }
  | { register_number: string; address: string; one_time_code: string; nonce: string };

// No request of a vote brings a cookie: who votes is not who reports, and nobody can tell.
const anonymous = (slug: string) => ({ params: { slug }, isAnonymous: true });

export const askForm = (slug: string): Promise<BallotForm> =>
  call("get", "/v1/cycles/{slug}/ballot-form", anonymous(slug));

/** Have a one-time code sent; the answer is the same whether number and address belong together. */
export const askCode = (slug: string, register_number: string, address: string) =>
  call("post", "/v1/cycles/{slug}/vote-codes", { ...anonymous(slug), body: { register_number, address } });

/** Exchange a proof for the one right to vote; the same proof and nonce get the same again. */
export const askCredential = (slug: string, proof: Proof): Promise<Issued> =>
  call("post", "/v1/cycles/{slug}/credentials", { ...anonymous(slug), body: proof });

/** The number of the ballot in the box, 0 where is none. */
export async function askStatus(slug: string, credential: string): Promise<number> {
  const answer = await call("post", "/v1/cycles/{slug}/ballot-status", { ...anonymous(slug), body: { credential } });
  return answer.sequence;
}

export interface SentBallot {
  credential: string;
  sequence: number;
  attempt: string;
  channel: "app" | "kiosk";
  parts: Record<string, SentChoices>;
}

export const putBallot = (slug: string, body: SentBallot): Promise<Receipt> =>
  call("put", "/v1/cycles/{slug}/ballot", { ...anonymous(slug), body });

/** What somebody wanted to know beside the ballot, which says as little of them as the ballot. */
export const askProposal = (number: string) =>
  call("get", "/v1/proposals/{number}", { params: { number }, isAnonymous: true });

export const askCycle = (slug: string) => call("get", "/v1/cycles/{slug}", anonymous(slug));
