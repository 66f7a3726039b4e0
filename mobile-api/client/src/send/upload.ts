import { ask, call, Refused } from "../api/call.js";

/** No piece may be smaller but the last, as the city counts pieces. */
const SMALLEST_BYTES = 64 * 1024;
const LARGEST_BYTES = 1024 * 1024;
/** A piece that takes this long is as large as the network likes it. */
const LONG_MS = 3_000;
const PATIENCE_MS = 60_000;
const GONE_ON = 409;

/**
 * Send the bytes of a picture that has its room, from where it stands (tus 1.0, core protocol).
 * Pieces begin small, so that a bad network gets one through, and grow while they go fast.
 *
 * Raises `Offline` and `Refused` as `ask` does; what has arrived by then stays there.
 */
export async function upload(slot: string, blob: Blob): Promise<void> {
  let piece = SMALLEST_BYTES;
  let offset = await standing(slot);
  while (offset < blob.size) {
    const began = Date.now();
    offset = await sendPiece(slot, blob, offset, piece);
    if (Date.now() - began < LONG_MS) piece = Math.min(2 * piece, LARGEST_BYTES);
  }
}

/** How many bytes the city has. */
async function standing(slot: string): Promise<number> {
  return (await call("get", "/v1/uploads/{slot}", { params: { slot } })).received_bytes;
}

async function sendPiece(slot: string, blob: Blob, offset: number, length: number): Promise<number> {
  const body = blob.slice(offset, offset + length);
  try {
    const headers = {
      "Tus-Resumable": "1.0.0",
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
    };
    await ask(`/v1/uploads/${slot}`, { method: "PATCH", headers, body }, PATIENCE_MS);
    return offset + body.size;
  } catch (error) {
    // An answer was lost on the way, or another page sends as well: the city knows how far it is.
    const here = error instanceof Refused && error.problem.status === GONE_ON ? await standing(slot) : offset;
    if (here === offset) throw error;
    return here;
  }
}
