import type { Body, Problem } from "../api/call.js";

export type NewReport = Body<"/v1/reports", "post">;

/** The screens of a report, in their order. */
export type Step = "what" | "where" | "questions" | "same" | "check";

/** A point on the earth, in WGS84 degrees. */
export interface Point {
  lat: number;
  lon: number;
}

/** How the place of a report was found, and how well: metres, where the phone says so. */
export interface PlaceFound {
  by: "gps" | "photo" | "search" | "street" | "map" | "before";
  accuracy?: number;
  /** In words, where it was picked by them. */
  label?: string;
  /** The street beside it. */
  near?: string;
  /** A street or a district as a whole. */
  isRough?: boolean;
}

/** A report that is being written. Every field may still be missing. */
export interface Draft {
  id: string;
  started_at: string;
  step: Step;
  report: Partial<NewReport>;
  place?: PlaceFound;
  /** Where a picture was taken, as an older client kept it: for all of them together. */
  photo_place?: Point;
  /** Why the city did not take it, where it was sent before. */
  problem?: Problem;
}

/** The screens of a proposal, in their order. */
export type ProposalStep = "what" | "where" | "same" | "check";

/** What a proposal says. Every field may still be missing. */
export type Said = Partial<Body<"/v1/cycles/{slug}/proposals", "post">["draft"]>;

/** A proposal for a budget that is being written, or other words for one that is there already. */
export interface ProposalDraft {
  id: string;
  /** The budget's name in addresses. */
  cycle: string;
  started_at: string;
  step: ProposalStep;
  draft: Said;
  /** What was typed as its cost, read when it is sent. */
  cost_typed?: string;
  /** Whether it is for one place, for a part of the city as a whole, or for the whole city. */
  reach?: "place" | "part" | "city";
  /** Its place in words, where it was found by them. */
  place_label?: string;
  display_name?: string;
  interests?: string;
  /** What each of its pictures shows, by the picture's id. */
  alts?: Record<string, string>;
  /** The proposal it puts in other words, as it was when that began, or as it was read since. */
  edits?: {
    number: string;
    version: number;
    /** What stood then, and what was sent since without an answer: a change of any of these is no surprise. */
    known?: Said[];
    /** What somebody else made of it meanwhile. */
    stands?: Said;
  };
  /** Somebody said that it is to be sent. */
  is_decided?: boolean;
  /** Its number once the city has it, while its pictures are on their way. */
  number?: string;
  /** Why the city did not take it the last time. */
  problem?: Problem;
}

/** One thing a person decided, as `POST /v1/sync` takes it, and how far it has come. */
export interface Command {
  id: string;
  made_at: string;
  body: Record<string, unknown> & { kind: string; id: string };
  state: "waiting" | "sent" | "refused";
  /** It has been on the way at least once, so nobody but the city knows whether it arrived. */
  tried?: boolean;
  /** A picture whose room the city has made; its bytes are on the way. */
  announced?: boolean;
  /** Not before this moment, where the city asked to wait. */
  not_before?: string;
  /** What the city answered: the document of a request on its own, or why not. */
  document?: Record<string, unknown>;
  problem?: Problem;
  /** It is about danger, as far as that was known before the city has it. */
  is_dangerous?: boolean;
  /** What it said when it was sent again from another page: too late to be in it. */
  late?: string;
}

/** A picture, made small and without what the camera wrote into it. */
export interface Photo {
  id: string;
  /** The draft or report it belongs to. */
  report: string;
  blob: Blob;
  made_at: string;
  /** Where it was taken, as its camera wrote. It leaves the phone only when it is chosen. */
  place?: Point;
}
