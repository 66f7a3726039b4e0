// The map beside a list: drawn once the page stands, because it is large and the list is whole without it.

import { wordsIn } from "./page/words.js";

for (const frame of document.querySelectorAll<HTMLElement>("[data-city-map]")) {
  import("./map/city_map.js")
    .then(({ showMap }) => showMap(frame))
    .catch((error: unknown) => {
      frame.querySelector("[data-map]")?.setAttribute("hidden", "");
      const status = frame.querySelector("[data-status]");
      if (status) status.textContent = wordsIn("map-words")("broken");
      throw error;
    });
}
