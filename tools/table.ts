/**
 * A table that reads well on a terminal and is Markdown too.
 *
 * @param head titles of the columns
 * @param lines cells of each row, as many as there are titles
 */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [row(head), rule, ...lines.map(row)].join('\n');
}
