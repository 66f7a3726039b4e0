// What came into a list since it was begun, in one quiet line: nothing moves under whoever reads.

const EVERY_MS = 30_000;

/** Ask now and then, while somebody looks, and say so in the line that names where to ask. */
export function watchArrivals(): void {
  const line = document.getElementById("arrived");
  const address = line?.dataset["from"];
  if (!line || !address) return;
  let mark = "";
  const look = async () => {
    if (document.hidden) return;
    const headers: HeadersInit = mark ? { "If-None-Match": mark } : {};
    const response = await fetch(address, { credentials: "same-origin", cache: "no-store", headers }).catch(() => null);
    if (!response?.ok) return;
    mark = response.headers.get("ETag") ?? "";
    const { words } = (await response.json()) as { words: string };
    const place = line.querySelector("span");
    if (place) place.textContent = words;
    line.hidden = !words;
  };
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
}
