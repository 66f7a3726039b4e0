import { call, type Answer } from "../api/call.js";

/** Who asks, as far as they said. */
export type Who = Answer<"/v1/me">;

/**
 * Have the city know this browser again, by a cookie that no script reads; it names nobody.
 *
 * Asked for where something is to be followed or told, never before.
 */
export const beginSession = (): Promise<Who> => call("post", "/v1/app/session");

/** Whether the city gave this browser such a cookie; where it did not, nothing here is anybody's. */
export const isKnown = (): boolean => document.cookie.split("; ").includes("evenward-known=yes");
