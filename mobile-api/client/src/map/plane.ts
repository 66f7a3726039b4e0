import type { XY } from "./features.js";

/** The part of a straight piece inside of a square from 0 to `side` (Liang and Barsky 1984). */
export function clipped(from: XY, to: XY, side: number): [XY, XY] | null {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [enters, leaves] = [0, 1];
  for (const [slope, room] of [[-dx, from.x], [dx, side - from.x], [-dy, from.y], [dy, side - from.y]] as const) {
    if (slope === 0 && room < 0) return null;
    if (slope < 0) enters = Math.max(enters, room / slope);
    if (slope > 0) leaves = Math.min(leaves, room / slope);
  }
  const at = (part: number) => ({ x: from.x + part * dx, y: from.y + part * dy });
  return enters < leaves ? [at(enters), at(leaves)] : null;
}

/** The middle of the widest level strip of `height` inside of an area, as far as a square has it. */
export function roomIn(rings: readonly XY[][], side: number, height: number): (XY & { width: number }) | null {
  let best: (XY & { width: number }) | null = null;
  for (let y = height; y <= side - height; y += height) {
    for (const [left, right] of spans(rings, y, side)) {
      const edges = [y - height / 2, y + height / 2].map((at) =>
        spans(rings, at, side).find(([l, r]) => l < (left + right) / 2 && (left + right) / 2 < r),
      );
      const from = Math.max(left, ...edges.map((edge) => edge?.[0] ?? Infinity));
      const to = Math.min(right, ...edges.map((edge) => edge?.[1] ?? -Infinity));
      if (to - from > (best?.width ?? 0)) best = { x: (from + to) / 2, y, width: to - from };
    }
  }
  return best;
}

/** Where a level line is inside of an area, by the even-odd rule. */
function spans(rings: readonly XY[][], y: number, side: number): [number, number][] {
  const crossings: number[] = [];
  for (const ring of rings) {
    for (const [index, to] of ring.entries()) {
      const from = ring[index - 1] ?? ring[ring.length - 1] ?? to;
      if (from.y > y !== to.y > y) crossings.push(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x));
    }
  }
  crossings.sort((a, b) => a - b);
  const found: [number, number][] = [];
  for (let index = 0; index + 1 < crossings.length; index += 2)
    found.push([Math.max(0, crossings[index] ?? 0), Math.min(side, crossings[index + 1] ?? 0)]);
  return found.filter(([left, right]) => left < right);
}

/** How far a point is from a straight piece. */
export function fromPiece(here: XY, from: XY, to: XY): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const part = length ? Math.min(1, Math.max(0, ((here.x - from.x) * dx + (here.y - from.y) * dy) / length)) : 0;
  return Math.hypot(here.x - from.x - part * dx, here.y - from.y - part * dy);
}
