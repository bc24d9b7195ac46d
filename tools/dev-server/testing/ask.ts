import { request } from 'node:http';

/** A reply as a browser or a program gets it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Sends a request with any headers, such as those that only browsers set. */
export function ask(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const where = { host: '127.0.0.1', port, method, path };
    const sent = request(
      { ...where, headers: { Host: `localhost:${port}`, ...headers } },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8');
        reply.on('data', (chunk: string) => {
          text += chunk;
        });
        reply.on('error', reject);
        reply.on('end', () => {
          const entries = Object.entries(reply.headers).map(([name, value]) => [
            name,
            String(value),
          ]);
          resolve({ status: reply.statusCode ?? 0, headers: Object.fromEntries(entries), text });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What a browser says of a form, or a script's call, that a page of this origin sends. */
export const fromPage = (origin: string) => ({
  'Content-Type': 'application/x-www-form-urlencoded',
  Origin: origin,
});
