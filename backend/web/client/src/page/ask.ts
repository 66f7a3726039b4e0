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

/** Send a form as the browser would, and give back the page that answers; raises `NotHad`. */
export function sendForm(form: HTMLFormElement, pressed?: HTMLElement | null): Promise<{ page: Document; address: string }> {
  const fields = new URLSearchParams([...new FormData(form, pressed)].map(([name, value]) => [name, String(value)]));
  if (form.method === "post") return askPage(form.action, { method: "POST", body: fields });
  const address = new URL(form.action);
  address.search = fields.toString();
  return askPage(address.href);
}
