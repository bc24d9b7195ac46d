import type { Row } from './main.ts';

const colors: Readonly<Record<string, string>> = {
  floor: '#7d89a8',
  'bare Lightning': '#c9a227',
  stock: '#8a6d3b',
  'plain page': '#4f9dde',
  'TV app': '#3fb27f',
};

const width = 900;
const labelWidth = 250;
const barHeight = 16;
const barGap = 4;
const groupGap = 26;

const escapeXml = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** One bar with its label, its value and the spread as a line. */
function bar(
  row: Row,
  spread: Row['launchMs'],
  { y, scale }: { y: number; scale: number },
): string {
  const middle = y + barHeight / 2;
  const right = (ms: number) => labelWidth + ms * scale;
  return (
    `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${escapeXml(row.page)}</text>` +
    `<rect x="${labelWidth}" y="${y}" width="${(spread.median * scale).toFixed(1)}" height="${barHeight}" fill="${colors[row.page] ?? '#888'}"/>` +
    `<path d="M${right(spread.least).toFixed(1)} ${middle}H${right(spread.most).toFixed(1)}" stroke="#222" stroke-width="1.5"/>` +
    `<text x="${(right(spread.most) + 6).toFixed(1)}" y="${middle + 4}">${spread.median.toFixed(0)} ms</text>`
  );
}

/**
 * Draws the times of a bench: a group of bars for each engine, speed and measure, with the spread.
 *
 * @returns an SVG document
 */
export function plot(rows: readonly Row[]): string {
  const most = Math.max(
    ...rows.flatMap(({ launchMs, codeMs }) => [launchMs.most, codeMs?.most ?? 0]),
  );
  const scale = (width - labelWidth - 80) / most;
  const groups = new Map<string, { row: Row; spread: Row['launchMs'] }[]>();
  const add = (title: string, row: Row, spread: Row['launchMs'] | undefined) => {
    if (spread !== undefined) groups.set(title, [...(groups.get(title) ?? []), { row, spread }]);
  };
  for (const row of rows) {
    const at = `Chromium ${row.engine}, processor slowed ${row.slowdown} times`;
    add(`${at}: launch to first picture`, row, row.launchMs);
    add(`${at}: OK to code and QR`, row, row.codeMs);
  }
  const parts: string[] = [];
  let y = 8;
  for (const [title, bars] of groups) {
    parts.push(`<text x="8" y="${y + 14}" font-weight="bold">${escapeXml(title)}</text>`);
    y += 22;
    for (const { row, spread } of bars) {
      parts.push(bar(row, spread, { y, scale }));
      y += barHeight + barGap;
    }
    y += groupGap;
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="12" fill="#222">` +
    `<rect width="${width}" height="${y}" fill="#fff"/>${parts.join('')}</svg>\n`
  );
}
