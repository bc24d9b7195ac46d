import type { RefreshOutcome } from './outcome';
import { isRefusal, refusedProblem } from './refusal';
import { errorCode, problemOf, type Reply, readTokens, refusal, textMember } from './reply';

/** Codes by which servers say that a grant is over. */
const endedGrantErrors = [
  'invalid_grant',
  'bad_refresh_token',
  'invalid_refresh_token',
  'refresh_token_expired',
  'interaction_required',
  'invalid_token',
  'expired_token',
  'token_expired',
  'consent_required',
  'login_required',
  'session_expired',
  'session_not_found',
];

/** Sentences by which servers say the same under another code, or without one. */
const endedGrantSentences = [
  /\b(invalid|expired|revoked|unknown) (refresh.?token|session)\b/i,
  /\b(refresh.?token|session)\b.{0,20}\b(invalid|expired|revoked|unknown|not found|does ?n.t exist|not exist|no longer|not active|ended)\b/i,
  /\bno (such|active) session\b/i,
];

const saysEnded = ({ body }: Reply): boolean => {
  const sentence = textMember(body ?? {}, 'error_description', 'message') ?? '';
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
    if (tokens !== undefined && tokens !== 'unsupported') return { type: 'renewed', tokens };
  }
  const refused = isRefusal(reply);
  if ((code !== undefined && endedGrantErrors.includes(code)) || (refused && saysEnded(reply))) {
    return { type: 'ended', problem: problemOf('not-completed', code ?? 'invalid_grant', reply) };
  }
  if (refused) return { type: 'refused', problem: refusedProblem(reply) };
  return {
    type: 'transient-failure',
    problem: good ? problemOf('server-error', 'unreadable_reply', reply) : refusal(reply),
  };
}
