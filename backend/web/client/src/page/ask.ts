import { readPage } from "./trusted.js";

/** Why a page was not had: nobody answered, or the server said so itself with `page`. */
export class NotHad extends Error {
  constructor(
    readonly status: number,
    readonly page: Document | null,
  ) {
    super(`status ${status}`);
  }
}

/** The page at an address of ours, and where it was at last; raises `NotHad`. */
export async function askPage(address: string, init: RequestInit = {}): Promise<{ page: Document; address: string }> {
  const response = await fetch(address, { credentials: "same-origin", ...init }).catch(() => null);
  if (!response) throw new NotHad(0, null);
  const page = readPage(await response.text());
  if (!response.ok) throw new NotHad(response.status, page);
  return { page, address: response.url };
}

/** Send a form as the browser would, or without its files, and give back the page that answers; raises `NotHad`. */
export function sendForm(
  form: HTMLFormElement,
  pressed?: HTMLElement | null,
  withFiles = true,
): Promise<{ page: Document; address: string }> {
  const given = [...new FormData(form, pressed)];
  // A browser sends an empty part where nobody has chosen a file.
  const hasFile = withFiles && given.some(([, value]) => value instanceof File && value.size > 0);
  const fields = new URLSearchParams(given.filter((one): one is [string, string] => typeof one[1] === "string"));
  const body = hasFile ? new FormData(form, pressed) : fields;
  if (form.method === "post") return askPage(form.action, { method: "POST", body });
  const address = new URL(form.action);
  address.search = fields.toString();
  return askPage(address.href);
}
