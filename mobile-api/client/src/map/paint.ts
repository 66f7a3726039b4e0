import type { Feature, Role, TileFeatures, XY } from "./features.js";

/** The colours of the tokens and the letters of the page, as they are now. */
export interface Look {
  ground: string;
  green: string;
  water: string;
  line: string;
  street: string;
  edge: string;
  ink: string;
  font: string;
  /** Of the letters, in pixels: as much smaller than the page's as its small print. */
  size: number;
}

/** How a tile lies on a canvas: a point `p` of the tile at `p * scale + (x, y)`, in CSS pixels. */
export interface Lie extends XY {
  scale: number;
}

export const DARK = "(prefers-color-scheme: dark)";
const CASED_FROM = 14;

/** Read the look from the page; it changes with light and dark. */
export function lookNow(): Look {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const [paper, line] = [token("paper"), token("line")];
  // A street is lighter than its ground by day and by night.
  const [street, edge] = matchMedia(DARK).matches ? [line, paper] : [paper, line];
  return {
    ground: token("ground"),
    green: token("green"),
    water: token("water"),
    line,
    street,
    edge,
    ink: token("ink-soft"),
    font: getComputedStyle(document.body).fontFamily,
    size: Math.round(parseFloat(style.fontSize) * 0.77),
  };
}

/** Draw a tile's ground from below: land, greens, waters, outlines, streets in their casing. */
export function paint(on: CanvasRenderingContext2D, tile: TileFeatures, lie: Lie, zoom: number, look: Look): void {
  const paths = new Map<Role, Path2D>();
  const banks = new Path2D();
  for (const feature of tile.features) {
    const isStream = feature.role === "water" && !feature.isArea;
    trace(isStream ? banks : pathOf(paths, feature.role), feature, lie);
  }
  const fill = (role: Role, colour: string) => {
    const path = paths.get(role);
    on.fillStyle = colour;
    if (path) on.fill(path, "evenodd");
  };
  const stroke = (path: Path2D | undefined, colour: string, width: number) => {
    on.strokeStyle = colour;
    on.lineWidth = width;
    if (path) on.stroke(path);
  };
  const [street, arterial] = [paths.get("street"), paths.get("arterial")];
  const wide = 1.55 ** (zoom - 15);
  on.lineJoin = on.lineCap = "round";
  fill("land", look.ground);
  fill("boundary", look.ground);
  on.setLineDash([6, 4]);
  stroke(paths.get("boundary"), look.line, 1.5);
  on.setLineDash([]);
  fill("green", look.green);
  fill("water", look.water);
  stroke(banks, look.water, Math.max(1.5, 2.5 * wide));
  fill("building", look.line);
  // From far away the small streets are a hint; nearer by, all of them have an edge.
  const isFar = zoom < CASED_FROM;
  stroke(street, isFar ? look.line : look.edge, isFar ? Math.max(0.5, 3 * wide) : 3 * wide + 2);
  stroke(arterial, look.edge, 5 * wide + (isFar ? 1 : 2));
  if (!isFar) stroke(paths.get("path"), look.street, Math.max(1, 1.2 * wide));
  if (!isFar) stroke(street, look.street, 3 * wide);
  stroke(arterial, look.street, 5 * wide);
}

function pathOf(paths: Map<Role, Path2D>, role: Role): Path2D {
  const path = paths.get(role) ?? new Path2D();
  paths.set(role, path);
  return path;
}

function trace(path: Path2D, { lines, isArea }: Feature, { scale, x, y }: Lie): void {
  for (const line of lines) {
    for (const [index, point] of line.entries()) {
      if (index) path.lineTo(point.x * scale + x, point.y * scale + y);
      else path.moveTo(point.x * scale + x, point.y * scale + y);
    }
    if (isArea) path.closePath();
  }
}
