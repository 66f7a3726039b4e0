import type { Map as MapLibre } from "maplibre-gl";

import { token } from "./look.js";

const SIDE = 26;
const HATCH = 12;

/**
 * Give the map the marks of the page's legend, in the colours they have there now, and the hatch.
 * So a mark is drawn in one place, and is the same on the map, beside it and in the list.
 */
export function addMarks(map: MapLibre, legend: ParentNode): void {
  for (const mark of legend.querySelectorAll<SVGSVGElement>("[data-mark] svg")) {
    const name = mark.closest<HTMLElement>("[data-mark]")?.dataset["mark"] ?? "";
    put(map, name, SIDE, (on) => drawMark(on, mark));
  }
  put(map, "hatch", HATCH, drawHatch);
}

function put(map: MapLibre, name: string, side: number, draw: (on: CanvasRenderingContext2D) => void): void {
  const ratio = Math.min(Math.ceil(devicePixelRatio), 3);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * ratio;
  const on = canvas.getContext("2d");
  if (!on) throw new Error("Nothing can be drawn here.");
  on.scale(ratio, ratio);
  draw(on);
  if (map.hasImage(name)) map.removeImage(name);
  map.addImage(name, on.getImageData(0, 0, side * ratio, side * ratio), { pixelRatio: ratio });
}

function drawMark(on: CanvasRenderingContext2D, mark: SVGSVGElement): void {
  on.fillStyle = token("paper");
  on.strokeStyle = token("ink-soft");
  on.lineWidth = 1.5;
  on.beginPath();
  on.roundRect(1, 1, SIDE - 2, SIDE - 2, 4);
  on.fill();
  on.stroke();
  const { width, height } = mark.viewBox.baseVal;
  const scale = (SIDE - 9) / Math.max(width, height);
  on.translate((SIDE - width * scale) / 2, (SIDE - height * scale) / 2);
  on.scale(scale, scale);
  for (const shape of mark.querySelectorAll<SVGGeometryElement>("path, circle")) {
    const style = getComputedStyle(shape);
    const path = outline(shape);
    on.globalAlpha = Number(style.opacity);
    if (style.fill !== "none") {
      on.fillStyle = style.fill;
      on.fill(path);
    }
    if (style.stroke !== "none") {
      on.strokeStyle = style.stroke;
      on.lineWidth = parseFloat(style.strokeWidth);
      on.stroke(path);
    }
  }
}

function outline(shape: SVGGeometryElement): Path2D {
  if (!(shape instanceof SVGCircleElement)) return new Path2D(shape.getAttribute("d") ?? "");
  const path = new Path2D();
  path.arc(shape.cx.baseVal.value, shape.cy.baseVal.value, shape.r.baseVal.value, 0, 2 * Math.PI);
  return path;
}

function drawHatch(on: CanvasRenderingContext2D): void {
  on.strokeStyle = token("ink-soft");
  on.lineWidth = 1.5;
  for (const from of [-HATCH, 0, HATCH]) {
    on.moveTo(from - 1, HATCH + 1);
    on.lineTo(from + HATCH + 1, -1);
  }
  on.stroke();
}
