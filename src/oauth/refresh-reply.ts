import { errorCode, errorSentence } from './error-reply';
import type { RefreshOutcome } from './outcome';
import { isRefusal, refusedProblem } from './refusal';
import { problemOf, type Reply, readTokens, refusal, unusableTokens } from './reply';

/** Codes by which servers say that a grant is over. */
const endedGrantErrors = [
  'invalid_grant',
  'interaction_required',
  'consent_required',
  'login_required',
  'mfa_required',
];

/** Names that servers make of a grant and what became of it, e.g. `session_revoked`. */
const endedGrantNames =
  /^(invalid|bad|expired|revoked|unknown|used)_((refresh_)?token|session)$|^((refresh_)?token|session|grant)_(invalid|expired|revoked|unknown|not_found|not_active|inactive|ended|terminated|((already|been)_)*(used|reused))$/;

/** Sentences by which servers say the same under another code, or without one. */
const endedGrantSentences = [
  /\b(invalid|expired|revoked|unknown) (refresh.?token|session)\b/i,
  /\b(refresh.?token|session)\b.{0,20}\b(invalid|expired|revoked|unknown|not found|does ?n.t exist|not exist|no longer|not active|inactive|ended|(already|been) (used|reused))\b/i,
  /\b(token|grant) ((is|was|has been) )?(not active|inactive|expired|revoked|not found)\b/i,
  /\bno (such|active) session\b/i,
];

const saysEnded = ({ body }: Reply): boolean => {
  const sentence = errorSentence(body) ?? '';
  return endedGrantSentences.some((pattern) => pattern.test(sentence));
};

/**
 * Understands the reply to a refresh. Only a clear word about the grant ends the session; any other
 * refusal, and anything that went wrong on the way, leaves it as it is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function readRefreshReply(reply: Reply): RefreshOutcome {
  const { body } = reply;
  const code = errorCode(body);
  const good = reply.status >= 200 && reply.status <= 299;
  if (good && body !== undefined && code === undefined) {
    const tokens = readTokens(body);
    if (tokens === 'unsupported') {
      const { problem } = unusableTokens(reply);
      return { type: 'refused', problem: { ...problem, kind: 'refused' } };
    }
    if (tokens !== undefined) return { type: 'renewed', tokens };
  }
  const refused = isRefusal(reply);
  const isEndedGrant =
    code !== undefined && (endedGrantErrors.includes(code) || endedGrantNames.test(code));
  if (isEndedGrant || (refused && saysEnded(reply))) {
    return { type: 'ended', problem: problemOf('not-completed', code ?? 'invalid_grant', reply) };
  }
  if (refused) return { type: 'refused', problem: refusedProblem(reply) };
  return {
    type: 'transient-failure',
    problem: good ? problemOf('server-error', 'unreadable_reply', reply) : refusal(reply),
  };
}
