import type {
  CallName,
  RecordedCall,
  RecordedValues,
  Recording,
} from '../../../src/oauth/testing/recording.ts';

/** A request as a stand-in looks at it. */
export interface Asked {
  method: string;
  url: URL;
  /** Fields of the query and of a form or JSON body. */
  fields: Readonly<Record<string, unknown>>;
  /** The header, as it is. */
  contentType: string;
  /** All that a secret could be in, decoded. */
  text: string;
}

/** A call that a request may be. */
export interface Candidate {
  recording: Recording;
  name: CallName;
  call: RecordedCall;
  /** Fields that the system wants and the request lacks. */
  missing: readonly string[];
  /** What a strict system objects to. */
  unexpected: readonly string[];
}

/** @returns what is wrong with a request that is this call */
export function complaint({ missing, unexpected }: Candidate, strict: boolean): string | undefined {
  if (missing.length > 0) return `Missing: ${missing.join(', ')}`;
  return strict && unexpected.length > 0 ? `Unexpected: ${unexpected.join(', ')}` : undefined;
}

/** Fields that tell one call from another at the same address. */
const telling = ['grant_type', 'response_type', 'grantType', 'clientType'];

function fieldsOf(call: RecordedCall): Readonly<Record<string, unknown>> {
  return {
    ...Object.fromEntries(new URL(call.url).searchParams),
    ...call.form,
    ...call.json,
  };
}

/** The content type of the call; undefined when it has no body. */
const typeOf = ({ form, json }: RecordedCall): string | undefined => {
  if (form !== undefined) return 'application/x-www-form-urlencoded';
  return json === undefined ? undefined : 'application/json';
};

function samePath(recorded: string, asked: string, values: RecordedValues): boolean {
  const variables = Object.values(values).map(String);
  const one = recorded.split('/');
  const other = asked.split('/');
  return (
    one.length === other.length &&
    one.every((segment, index) => segment === other[index] || variables.includes(segment))
  );
}

/** The recorded calls that a request can be: same method and address, same kind of grant. */
export function candidates(recordings: readonly Recording[], asked: Asked): Candidate[] {
  return recordings.flatMap((recording) => {
    const { calls, variables, standIn } = recording;
    return (Object.entries(calls) as [CallName, RecordedCall][]).flatMap(([name, call]) => {
      const path = standIn.paths?.[name] ?? new URL(call.url).pathname;
      const fields = fieldsOf(call);
      const matches =
        call.method === asked.method &&
        samePath(path, asked.url.pathname, variables) &&
        telling.every((field) => fields[field] === asked.fields[field]);
      const missing = Object.keys(fields).filter((field) => asked.fields[field] === undefined);
      const type = typeOf(call);
      const unexpected = Object.keys(asked.fields)
        .filter((field) => !(field in fields))
        .concat(type === undefined || asked.contentType === type ? [] : [asked.contentType]);
      return matches ? [{ recording, name, call, missing, unexpected }] : [];
    });
  });
}
