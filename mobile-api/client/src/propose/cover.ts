import { coverScreen } from "../photo/cover.js";
import { opened } from "../photo/small.js";
import { failed } from "../shell/failed.js";
import type { Make } from "../shell/router.js";
import { pathOf } from "./steps.js";
import { take } from "./writing.js";

/** Cover faces and plates in a picture of a proposal. */
const cover: Make = async ({ params: { draft = "", photo: id = "" } }) => {
  const writing = await take(draft);
  const shown = writing?.photos.find(({ photo }) => photo.id === id);
  if (!writing || !shown) return failed(null, null);
  return coverScreen(writing, id, shown.url, await opened(shown.photo.blob), pathOf(writing, "check"));
};

export default cover;
