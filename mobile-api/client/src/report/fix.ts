import type { Point } from "../store/kept.js";

/** Where the phone is, and to within how many metres. */
export interface Fix extends Point {
  accuracy: number;
}

const OPTIONS = { enableHighAccuracy: true, timeout: 30_000, maximumAge: 10_000 } as const;
const METRES_PER_DEGREE = 111_195;

/** The phone's position, better from moment to moment until it is stopped. */
export class PositionWatch {
  state: "looking" | "found" | "denied" | "missing" = "looking";
  best: Fix | null = null;
  private readonly id: number | null = null;

  constructor(private readonly onChange: () => void) {
    if (!("geolocation" in navigator)) {
      this.state = "missing";
      return;
    }
    this.id = navigator.geolocation.watchPosition(this.found, this.failed, OPTIONS);
  }

  stop(): void {
    if (this.id !== null) navigator.geolocation.clearWatch(this.id);
  }

  private readonly found = ({ coords }: GeolocationPosition): void => {
    const fix = { lat: coords.latitude, lon: coords.longitude, accuracy: Math.round(coords.accuracy) };
    // A worse fix is news only where it is clearly somewhere else.
    if (this.best && fix.accuracy > this.best.accuracy && metresBetween(fix, this.best) < fix.accuracy) return;
    this.best = fix;
    this.state = "found";
    this.onChange();
  };

  private readonly failed = ({ code }: GeolocationPositionError): void => {
    if (this.best) return;
    this.state = code === GeolocationPositionError.PERMISSION_DENIED ? "denied" : "missing";
    this.onChange();
  };
}

/** Have a phone that may say where it is begin to find out, before anybody asks. */
export async function warmUp(): Promise<void> {
  const allowed = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  if (allowed?.state === "granted") navigator.geolocation.getCurrentPosition(ignore, ignore, OPTIONS);
}

const ignore = () => undefined;

/** Metres between two points of one city, on a plane. */
export function metresBetween(one: Point, other: Point): number {
  const shrink = Math.cos((one.lat * Math.PI) / 180);
  return METRES_PER_DEGREE * Math.hypot(one.lat - other.lat, (one.lon - other.lon) * shrink);
}
