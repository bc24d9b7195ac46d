import type { LockedPackage } from './lock-file.ts';

/** Advisories that are known and do not matter here, with the reason; by their id (`GHSA-…`). */
export const acceptedAdvisories: Readonly<Record<string, string>> = {};

/** What the registry knows against a package. */
export interface Advisory {
  id: string;
  title: string;
  severity: string;
  name: string;
  isForTools: boolean;
}

/** A report of `npm audit --json`, or what came in its place. */
export type AuditReading =
  | { type: 'answered'; advisories: readonly Advisory[] }
  /** The registry gave no report: nothing is known, neither good nor bad. */
  | { type: 'not-answered' };

/** What follows from a reading. */
export interface Verdict {
  /** Each of these fails the check. */
  failures: readonly string[];
  /** To be read by people. */
  remarks: readonly string[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const textOf = (value: unknown, otherwise: string): string =>
  typeof value === 'string' ? value : otherwise;

/**
 * Reads what `npm audit --json` printed.
 *
 * @param locked packages by their folders: they tell what the app needs and what only tools do
 */
export function readAudit(
  output: string,
  locked: ReadonlyMap<string, LockedPackage>,
): AuditReading {
  let report: unknown;
  try {
    report = JSON.parse(output);
  } catch {
    return { type: 'not-answered' };
  }
  if (!isObject(report) || !isObject(report['vulnerabilities'])) return { type: 'not-answered' };
  const advisories: Advisory[] = [];
  for (const [name, entry] of Object.entries(report['vulnerabilities'])) {
    if (!isObject(entry)) continue;
    const folders = Array.isArray(entry['nodes']) ? entry['nodes'] : [];
    // A folder that the lock file does not have counts as the app's: better one report too many.
    const isForTools =
      folders.length > 0 && folders.every((folder) => locked.get(String(folder))?.isForTools);
    const via = Array.isArray(entry['via']) ? entry['via'] : [];
    // The others are names of packages that have an entry of their own.
    for (const advisory of via.filter(isObject)) {
      const url = textOf(advisory['url'], '');
      advisories.push({
        id: url.replace(/^.*\//, '') || String(advisory['source']),
        title: textOf(advisory['title'], 'without a title'),
        severity: textOf(advisory['severity'], 'unknown'),
        name,
        isForTools: isForTools === true,
      });
    }
  }
  return { type: 'answered', advisories };
}

/** Severities that are no reason to stop. */
const lesser = ['info', 'low', 'moderate'];

/** Judges a reading: what is high or critical and in the app stops; the rest is only told. */
export function judge(
  reading: AuditReading,
  accepted: Readonly<Record<string, string>> = acceptedAdvisories,
): Verdict {
  if (reading.type === 'not-answered') {
    const remark = 'NOT CHECKED: the registry gave no report of known vulnerabilities.';
    return { failures: [], remarks: [remark] };
  }
  const failures: string[] = [];
  const remarks: string[] = [];
  for (const { id, title, severity, name, isForTools } of reading.advisories) {
    const sentence = `${id} (${severity}) in ${name}: ${title}`;
    const reason = accepted[id];
    if (reason !== undefined) remarks.push(`${sentence}. Accepted: ${reason}`);
    else if (isForTools) remarks.push(`${sentence}. Tools only.`);
    else if (lesser.includes(severity)) remarks.push(sentence);
    else failures.push(sentence);
  }
  const known = new Set(reading.advisories.map(({ id }) => id));
  for (const id of Object.keys(accepted).filter((one) => !known.has(one))) {
    remarks.push(`${id} is accepted and not reported any more: take it off the list.`);
  }
  return { failures, remarks };
}
