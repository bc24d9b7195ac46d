import { readFileSync, writeFileSync } from 'node:fs';
import { settingsJsonSchema } from '../settings/json-schema.ts';
import { settingsTable } from '../settings/readme-table.ts';
import { hostileInputPage } from './hostile-input.ts';
import { serversTable } from './servers-table.ts';
import { stateDiagram } from './state-diagram.ts';

/** A text of the repository that is made from the sources. */
export interface GeneratedText {
  /** Where it belongs. */
  file: URL;
  /** The file's content with the text renewed. */
  renewed(current: string): string;
}

const root = new URL('../../', import.meta.url);

/** Replaces what stands between two comments in a Markdown file. */
const between = (name: string, content: () => string) => (current: string) => {
  const [begin, end] = [`<!-- ${name}: made by npm run readme -->`, `<!-- /${name} -->`];
  const [before = '', rest = ''] = current.split(begin);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error(`${begin} … ${end} is missing.`);
  return `${before}${begin}\n${content()}\n${end}${after}`;
};

/** All texts that are made from the sources: tests compare them, `npm run readme` renews them. */
export const generatedTexts: Readonly<Record<string, GeneratedText>> = {
  'the state diagram in the README': {
    file: new URL('README.md', root),
    renewed: (current) =>
      current.replace(
        /```mermaid\n[\s\S]*?\n```/,
        () => `\`\`\`mermaid\n${stateDiagram()}\n\`\`\``,
      ),
  },
  'the table of settings in the README': {
    file: new URL('README.md', root),
    renewed: between('settings', settingsTable),
  },
  'the table of servers in the README': {
    file: new URL('README.md', root),
    renewed: between('servers', serversTable),
  },
  'the page of hostile input': {
    file: new URL('docs/hostile-input.md', root),
    renewed: hostileInputPage,
  },
  'the JSON schema of settings.json': {
    file: new URL('settings.schema.json', root),
    renewed: () => `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`,
  },
};

/** Writes every text anew that is made from the sources. */
export function renewGeneratedTexts(): void {
  for (const { file, renewed } of Object.values(generatedTexts)) {
    writeFileSync(file, renewed(readFileSync(file, 'utf8')));
  }
}
