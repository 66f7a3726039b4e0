import { ask } from "../api/call.js";
import { hex } from "../words/hex.js";
import type { Election } from "./why.js";

/** A ballot as it was counted in one part. */
export interface FoundPart {
  part: string;
  id: string;
  projects: { name: string; points: number | null }[];
}

/** What was fetched is not what was published. */
export class OtherFile extends Error {}

/**
 * Look for the ballot of a receipt in the published file of one part; null where it is not in it.
 *
 * The file is fetched and searched here, so that the receipt leaves the phone for nobody. Raises
 * `OtherFile` where its SHA-256 is not the published one.
 */
export async function findBallot(receipt: string, part: string, election: Election): Promise<FoundPart | null> {
  const file = election.files.find((one) => one.name.endsWith(".pb"));
  if (!file) return null;
  const bytes = await (await ask(file.path, { credentials: "omit" }, PATIENCE_MS)).arrayBuffer();
  if ((await sha256(bytes)) !== file.sha256) throw new OtherFile();
  const id = (await sha256(new TextEncoder().encode(`${receipt}|${part}`))).slice(0, 32);
  const row = rowOf(new TextDecoder().decode(bytes), id);
  return row && { part, id, projects: projectsOf(row, election) };
}

const PATIENCE_MS = 120_000;

/** The row of a ballot by its columns (Pabulib, pabulib.org/format), null where there is none. */
function rowOf(text: string, id: string): Map<string, string> | null {
  const lines = text.split(/\r?\n/);
  const start = lines.indexOf("VOTES");
  const columns = (lines[start + 1] ?? "").split(";");
  const line = lines.slice(start + 2).find((one) => one.startsWith(`${id};`));
  if (start < 0 || !line) return null;
  const values = line.split(";");
  return new Map(columns.map((name, place) => [name, values[place] ?? ""]));
}

function projectsOf(row: Map<string, string>, election: Election): FoundPart["projects"] {
  const points = row.get("points")?.split(",").map(Number);
  return (row.get("vote") ?? "").split(",").filter(Boolean).map((code, place) => ({
    name: election.projects.find((one) => one.code === code)?.name ?? code,
    points: points?.[place] ?? null,
  }));
}

async function sha256(bytes: BufferSource): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
