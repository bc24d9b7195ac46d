/** HTML that is safe to put into a page as it is. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | undefined | readonly Html[];

function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return [part]
    .flat()
    .map((item) => item.html)
    .join('');
}

/** A template whose texts are escaped and whose HTML parts are not. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: String.raw({ raw: strings }, ...parts.map(render)) };
}
