import type { RecordedReply, Recording, Sign } from './recording';

type Body = Readonly<Record<string, unknown>>;

/** Whether a body is a JSON object. */
export const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown) => typeof value === 'string' && value !== '';

function fits(wanted: unknown, value: unknown): boolean {
  if (!isBody(wanted)) return wanted === value;
  const { like } = wanted;
  return typeof like === 'string'
    ? new RegExp(like, 'i').test(String(value))
    : isBody(value) && Object.keys(wanted).every((name) => fits(wanted[name], value[name]));
}

const shows = (reply: RecordedReply, { statuses, body: wanted }: Sign): boolean => {
  const body = isBody(reply.body) ? reply.body : {};
  return (
    (statuses === undefined || statuses.includes(reply.status)) &&
    (wanted === null ? Object.keys(body).length === 0 : fits(wanted, body))
  );
};

const rfc8628: Required<NonNullable<Recording['signs']>> = {
  pending: [{ body: { error: { like: '^\\s*authorization_pending\\s*$' } } }],
  success: [{ body: { access_token: { like: '.' } } }, { body: { accessToken: { like: '.' } } }],
};

/** Whether a reply may be taken for "pending": as RFC 8628 says, or as the recording says. */
export const mayBePending = ({ signs }: Recording, reply: RecordedReply): boolean =>
  (signs?.pending ?? rfc8628.pending).some((sign) => shows(reply, sign));

/** Whether a reply may be taken for the end of the flow. */
export const mayBeSuccess = ({ signs }: Recording, reply: RecordedReply): boolean =>
  reply.status >= 200 &&
  reply.status <= 299 &&
  !(isBody(reply.body) && isText(reply.body['error'])) &&
  (signs?.success ?? rfc8628.success).some((sign) => shows(reply, sign));
