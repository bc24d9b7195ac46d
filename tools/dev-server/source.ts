import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Where a request comes from: a page of the address that it goes to, or a person who typed that
 * address; a page of another; or something that does not say, as programs and old browsers.
 */
export type Source = 'own' | 'foreign' | 'unknown';

/** A request that is being answered. */
export interface Asked {
  req: Pick<IncomingMessage, 'headers'>;
  res: ServerResponse;
}

const askedHosts = new WeakMap<ServerResponse, string>();

/** Keeps the host that was asked for, whatever is made of the header later. */
export function rememberHost(response: ServerResponse, host: string): void {
  askedHosts.set(response, host);
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) && /^https?:/i.test(url) ? new URL(url).host : undefined;
}

/** What each header says by itself; one foreign word outweighs all others. */
export function sourceOf({ req, res }: Asked): Source {
  const { origin, referer, 'sec-fetch-site': site } = req.headers;
  const own = hostOf(`http://${askedHosts.get(res) ?? req.headers.host}`);
  const isOwn = (url: string) => own !== undefined && hostOf(url) === own;
  const says: boolean[] = [];
  if (site !== undefined) says.push(site === 'same-origin' || site === 'none');
  if (origin !== undefined) says.push(isOwn(origin));
  // Browsers that say neither are old ones.
  if (says.length === 0 && referer !== undefined) says.push(isOwn(referer));
  if (says.length === 0) return 'unknown';
  return says.every(Boolean) ? 'own' : 'foreign';
}
