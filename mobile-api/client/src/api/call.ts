import { hearTime } from "./city_clock.js";
import type { paths } from "./schema.js";

/** A problem as the city says it (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  remedy: string;
  errors?: { pointer: string; detail: string }[];
  retry_after?: number;
}

/** The city answered, and said no. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }

  /** The last part of the problem's address, as "report-not-found". */
  get slug(): string {
    return this.problem.type.split("/").pop() ?? "";
  }
}

/** Nobody answered: no network, or no server; `said` is what that means for what was asked. */
export class Offline extends Error {
  constructor(readonly said?: Pick<Problem, "title" | "detail" | "remedy">) {
    super();
  }
}

type Method = "get" | "put" | "post" | "delete" | "patch";
type Path = keyof paths & string;
type Operation<P extends Path, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Content<T> = T extends { content: { "application/json": infer C } } ? C : never;
/** What a request answers when it went well, as the API's description has it. */
export type Answer<P extends Path, M extends Method = "get"> =
  Operation<P, M> extends { responses: infer R } ? Content<R[keyof R & (200 | 201 | 202)]> : never;
/** What a request brings along. */
export type Body<P extends Path, M extends Method> =
  Operation<P, M> extends { requestBody?: infer B } ? Content<NonNullable<B>> : never;

export interface Options<B> {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: B;
  signal?: AbortSignal;
  /** Leave the cookie at home: who asks is nobody's business, as in a vote. */
  isAnonymous?: boolean;
}

const PATIENCE_MS = 20_000;
const SESSION = "/v1/app/session";

/**
 * Ask the city. The browser brings the cookie that says who asks; no script can read it.
 *
 * Raises `Refused` where the city says no and `Offline` where nobody answers in time.
 */
export async function call<M extends Method, P extends Path>(
  method: M,
  path: P,
  options: Options<Body<P, M>> = {},
): Promise<Answer<P, M>> {
  const response = await askAsSomebody(address(path, options), {
    method: method.toUpperCase(),
    headers: {
      ...spoken(),
      ...(options.body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.isAnonymous ? { credentials: "omit" } : {}),
  });
  return (response.status === 204 ? undefined : await spokenBy(response)) as Answer<P, M>;
}

/** The document of an answer; a page that a network puts in between is no answer of the city. */
async function spokenBy(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new Offline();
  }
}

/** Where the cookie's session has ended meanwhile, ask again with a new one; it names nobody. */
async function askAsSomebody(url: string, init: RequestInit): Promise<Response> {
  try {
    return await ask(url, init);
  } catch (error) {
    const hasEnded = error instanceof Refused && error.slug === "token-not-valid";
    if (!hasEnded || url === SESSION) throw error;
    await ask(SESSION, { method: "POST" });
    return ask(url, init);
  }
}

/** The language of the page; the worker has no page and leaves it to the browser. */
function spoken(): Record<string, string> {
  const language = globalThis.document?.documentElement.lang;
  return language ? { "Accept-Language": language } : {};
}

/** `fetch` that gives up after a while, in the midst of an answer too, and raises as `call` does. */
export async function ask(url: string, init: RequestInit = {}, patienceMs = PATIENCE_MS): Promise<Response> {
  const giveUp = new AbortController();
  const stop = () => giveUp.abort();
  setTimeout(stop, patienceMs);
  init.signal?.addEventListener("abort", stop);
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...init, signal: giveUp.signal });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Offline();
  }
  hearTime(response);
  if (response.ok) return response;
  throw new Refused(await problemOf(response));
}

async function problemOf(response: Response): Promise<Problem> {
  const problem = (await spokenBy(response)) as Problem | null;
  // A proxy in front of the city speaks no problem+json.
  if (!problem?.type) throw new Offline();
  return problem;
}

/** The address of a route with its parameters put in. */
export function address(path: string, { params = {}, query = {} }: Options<unknown> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}
