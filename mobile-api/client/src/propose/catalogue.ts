import type { Answer } from "../api/call.js";
import { read, type Reading } from "../store/read.js";
import { day } from "../words/formats.js";

export type Cycle = Answer<"/v1/cycles/{slug}">;
export type Line = Answer<"/v1/cycles/{slug}/proposals">["proposals"][number];
export type Proposal = Answer<"/v1/proposals/{number}">;
export type Phase = NonNullable<Cycle["phase"]>;

/** A budget and what is proposed for it. */
export interface Catalogue {
  cycle: Cycle;
  lines: Line[];
}

const PAGE = 200;
/** When people may support, comment and ask. */
const TALKING: readonly Phase[] = ["ideas", "feasibility", "feedback"];

/** A budget with everything that is proposed for it, as far as the network gives it. */
export async function readCatalogue(slug: string): Promise<Reading<Catalogue>> {
  const [cycle, first] = await Promise.all([readCycle(slug), readPage(slug, 1)]);
  const pages = Math.ceil(first.document.total / PAGE);
  const others = await Promise.all(Array.from({ length: Math.max(0, pages - 1) }, (_, at) => readPage(slug, at + 2)));
  const all = [first, ...others];
  return {
    document: { cycle: cycle.document, lines: all.flatMap(({ document }) => document.proposals) },
    is_old: all.some(({ is_old }) => is_old),
    read_at: first.read_at,
  };
}

export const readCycle = (slug: string): Promise<Reading<Cycle>> => read("/v1/cycles/{slug}", { params: { slug } });

export const readProposal = (number: string): Promise<Reading<Proposal>> =>
  read("/v1/proposals/{number}", { params: { number } });

const readPage = (slug: string, page: number) =>
  read("/v1/cycles/{slug}/proposals", { params: { slug }, query: { page, page_size: PAGE } });

/** Whether anybody may propose now. */
export const isCollecting = (cycle: Cycle): boolean => cycle.phase === "ideas" && !cycle.settled_at;

/** Whether people may support, comment and ask now. */
export const isTalking = (cycle: Cycle): boolean => !cycle.settled_at && cycle.phase !== null && TALKING.includes(cycle.phase);

/** Whether wishes to join or split can be answered now. */
export const isArranging = (cycle: Cycle): boolean => !cycle.settled_at && (cycle.phase === "ideas" || cycle.phase === "feasibility");

/** When a phase begins and ends. */
export const datesOf = ({ phases }: Cycle, phase: Phase): Cycle["phases"][number] | undefined =>
  phases.find((one) => one.phase === phase);

/** The last day of a phase, which ends just before its end. */
export const lastDay = (cycle: Cycle, phase: Phase): string =>
  day(new Date(new Date(datesOf(cycle, phase)?.ends_at ?? Number.NaN).getTime() - 1));

export const partName = ({ parts }: Pick<Cycle, "parts">, code: string): string => parts.find((one) => one.code === code)?.name ?? code;
