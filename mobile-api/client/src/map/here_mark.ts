import type { Point } from "../store/kept.js";
import { DivIcon, Marker, type LeafletMap } from "./leaflet.js";

const METRES_AROUND = 40_075_017;

/** Where the phone is, with a ring as wide as it may be wrong. */
export class HereMark {
  private readonly dot = document.createElement("div");
  private readonly ring = document.createElement("div");
  private readonly mark: Marker;
  private accuracy = 0;

  constructor(private readonly map: LeafletMap) {
    this.dot.className = "here-dot";
    this.ring.className = "here-ring";
    this.dot.append(this.ring);
    const icon = new DivIcon({ html: this.dot, className: "here", iconSize: [0, 0] });
    this.mark = new Marker([0, 0], { icon, interactive: false, keyboard: false, zIndexOffset: -1000 });
    map.on("zoomend", () => this.size());
  }

  show({ lat, lon }: Point, accuracy: number): void {
    this.accuracy = accuracy;
    this.mark.setLatLng([lat, lon]).addTo(this.map);
    this.size();
  }

  private size(): void {
    const { lat } = this.mark.getLatLng();
    const metresPerPixel = (METRES_AROUND * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** this.map.getZoom());
    const side = `${Math.round((2 * this.accuracy) / metresPerPixel)}px`;
    this.ring.style.inlineSize = this.ring.style.blockSize = side;
  }
}
