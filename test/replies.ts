import type { Page } from 'playwright-core';

/** A reply as a page's script got it. */
export interface HeardReply {
  url: string;
  ok: boolean;
  /** Empty when the body is no JSON object. */
  body: Record<string, unknown>;
}

declare global {
  interface Window {
    replyHeard(url: string, ok: boolean, text: string): void;
    fetchIsHeard?: true;
  }
}

/** Has every reply of this window's `fetch` read a second time. */
function hearFetch(): void {
  if (window.fetchIsHeard) return;
  window.fetchIsHeard = true;
  const { fetch } = window;
  window.fetch = async (...given) => {
    const response = await fetch.apply(window, given);
    const { url, ok } = response;
    response
      .clone()
      .text()
      .then(
        (text) => window.replyHeard(url, ok, text),
        () => undefined,
      );
    return response;
  };
}

function membersOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * Hears of every reply that a page or a frame of it gets from now on. Browsers keep no copy of bodies
 * that are read as streams, which is how the app reads them.
 */
export async function hearReplies(page: Page, heard: (reply: HeardReply) => void): Promise<void> {
  await page.exposeFunction('replyHeard', (url: string, ok: boolean, text: string) =>
    heard({ url, ok, body: membersOf(text) }),
  );
  await page.addInitScript(hearFetch);
  // A frame that is about to show another page runs the script there.
  const hear = page.frames().map((frame) => frame.evaluate(hearFetch).catch(() => undefined));
  await Promise.all(hear);
}
