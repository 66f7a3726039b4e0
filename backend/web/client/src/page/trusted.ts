// The one place where a text of ours becomes elements or the address of a script (W3C Trusted Types).

interface Policy {
  createHTML(text: string): unknown;
  createScriptURL(address: string): unknown;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { [Rule in keyof Policy]: (text: string) => string }): Policy;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

function ours(address: string): string {
  if (new URL(address, location.href).origin !== location.origin) throw new TypeError(`not ours: ${address}`);
  return address;
}

const rules = { createHTML: (text: string) => text, createScriptURL: ours };
const policy: Policy = trustedTypes?.createPolicy("evenward", rules) ?? rules;

/** The address of a script of this build, as whoever starts it wants it. */
export const scriptAddress = (address: string) => policy.createScriptURL(address) as string;

/** A page as this server sent it, read as a document. */
export const readPage = (text: string) => new DOMParser().parseFromString(policy.createHTML(text) as string, "text/html");
