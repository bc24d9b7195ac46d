import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from 'koa';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.otf': 'font/otf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** The file that a URL path means within a folder; undefined when it would lead out of it. */
function fileWithin(folder: string, urlPath: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0')) return undefined;
  const root = path.resolve(folder);
  const file = path.resolve(root, `.${path.posix.normalize(`/${decoded}`)}`);
  return file.startsWith(root + path.sep) ? file : undefined;
}

/**
 * Answers with a file of a folder, to be asked for again each time: a developer has just changed
 * it. Unchanged files answer 304.
 *
 * @param urlPath the path below the folder, as it stands in the URL
 * @returns whether there is such a file
 */
export async function sendFile(
  context: Context,
  folder: string,
  urlPath: string,
): Promise<boolean> {
  const file = fileWithin(folder, urlPath);
  const facts = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !facts?.isFile()) return false;
  context.status = 200;
  context.set('Cache-Control', 'no-cache');
  context.set('ETag', `W/"${facts.size.toString(36)}-${facts.mtimeMs.toString(36)}"`);
  if (context.fresh) {
    context.status = 304;
    return true;
  }
  context.set('Content-Type', types[path.extname(file)] ?? 'application/octet-stream');
  context.body = await readFile(file);
  return true;
}
