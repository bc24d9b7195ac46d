import { errorCode } from './error-reply';
import type { Problem } from './problem';
import { isTemporary, type Reply, refusal } from './reply';

/** Statuses that a server without an error code of its own refuses with, and a gateway does not. */
const refusingStatuses = [400, 402, 403, 406, 410, 412, 415, 418, 422, 451];

/**
 * Whether the server itself says no, rather than being in trouble or out of reach: an OAuth error
 * code, or a refusing status with something other than a web page for a body.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function isRefusal(reply: Reply): boolean {
  const { status, body, empty, html } = reply;
  const code = errorCode(body);
  if (status >= 500 || status === 408 || status === 429) return false;
  if (code !== undefined) return !isTemporary(code);
  if (status === 401) return html !== true;
  return refusingStatuses.includes(status) && (body !== undefined || empty === true);
}

/** What a refusal means: the settings are at fault where its code says so, else the server has its reasons. */
export function refusedProblem(reply: Reply): Problem {
  const problem = refusal(reply);
  return problem.kind === 'misconfigured' ? problem : { ...problem, kind: 'refused' };
}
