import type { XY } from "./features.js";

/** Points that would lie over each other, together: each within `reach` pixels of its first. */
export function clustered<P>(points: readonly P[], at: (point: P) => XY, reach: number): P[][] {
  const groups: { first: XY; points: P[] }[] = [];
  for (const point of points) {
    const here = at(point);
    const near = groups.find(({ first }) => Math.hypot(first.x - here.x, first.y - here.y) < reach);
    if (near) near.points.push(point);
    else groups.push({ first: here, points: [point] });
  }
  return groups.map((group) => group.points);
}

/** Where `count` things of `size` pixels lie around a point, so that none covers another. */
export function spread(count: number, size: number): XY[] {
  if (count === 1) return [{ x: 0, y: 0 }];
  const radius = size / 2 / Math.sin(Math.PI / count);
  return Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count;
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });
}
