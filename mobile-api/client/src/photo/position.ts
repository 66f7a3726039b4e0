/** Where a picture was taken, as its camera wrote it (Exif GPS, WGS84 degrees); null without it. */
export async function positionIn(file: Blob): Promise<{ lat: number; lon: number } | null> {
  // Nine kilobytes that only somebody with a picture needs.
  const reader = import("exifr/dist/mini.esm.mjs");
  const found = await reader.then(({ gps }) => gps(file)).catch(() => undefined);
  if (!found || !Number.isFinite(found.latitude) || !Number.isFinite(found.longitude)) return null;
  return { lat: found.latitude, lon: found.longitude };
}
