/* What a bug report needs, as text that survives a ticket system. */

const iso = (ms) => new Date(ms).toISOString();

function exchangeLine(exchange) {
  const { startedAt, system, endpoint, method, path, outcome, status } = exchange;
  const { durationMs, nextPollAt, fault } = exchange;
  const where =
    endpoint === 'relay' ? ` [relay of ${system}]` : system === 'embedded' ? '' : ` [${system}]`;
  const wait = nextPollAt === null ? '' : `, next poll from ${iso(nextPollAt)}`;
  const spoiled = fault === null ? '' : ` [fault: ${fault}]`;
  return `${iso(startedAt)} ${method} ${path} → ${status ?? '–'} ${outcome} (${durationMs ?? '…'} ms${wait})${spoiled}${where}`;
}

/** The report. Nothing in it is secret: the server redacts the log and leaves secrets out. */
export function writeReport(session) {
  const { link, facts, history, exchanges, state, size, platform, system } = session;
  const { codes, settings, faults } = state;
  return [
    '# TV Sign-In: report from the QA console',
    '',
    `Opens as it was: ${link}`,
    `Written: ${iso(Date.now())}`,
    `TV: ${size}, ${platform}`,
    `Signs in to: ${system}`,
    `Browser: ${navigator.userAgent}`,
    `Versions: ${JSON.stringify(facts.versions)}`,
    '',
    '## State history',
    ...history.map(({ at, kind, text }) => `${iso(at)} ${kind}: ${text}`),
    '',
    '## Codes',
    ...codes.slice(-5).map((code) => JSON.stringify(code)),
    '',
    '## Server',
    `Settings: ${JSON.stringify(settings)}`,
    `Faults that wait: ${JSON.stringify(faults)}`,
    '',
    '## Wire (redacted)',
    ...exchanges.flatMap((exchange) => [
      exchangeLine(exchange),
      `  request ${JSON.stringify(exchange.request)}`,
      `  reply ${JSON.stringify(exchange.response)}`,
    ]),
    '',
    '## App settings (without secrets)',
    JSON.stringify(facts.settings, null, 2),
    '',
  ].join('\n');
}

/** Puts a text into the clipboard, also where only the old way works. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}
