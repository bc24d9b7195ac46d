import { html } from './authorization-server/verification/html.ts';

/**
 * What a link of another site leads to where following it does something: the person decides, and
 * sees what the link asks for.
 *
 * @param path the path and query that the link asks for
 */
export const foreignLinkPage = (path: string): string =>
  html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="color-scheme" content="light dark">
    <title>A link to the development server</title>
  </head>
  <body>
    <h1>Another site sent you here</h1>
    <p>Its link starts something on the development server. Continue if you expected that.</p>
    <p><code>${path}</code></p>
    <p><a href="${path}">Continue</a></p>
  </body>
</html>`.html;
