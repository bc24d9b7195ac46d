import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { stateDiagram } from './state-diagram.ts';

it('the README shows the states and transitions of the machine, and no others', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`\`\`\`mermaid\n${stateDiagram()}\n\`\`\``);
});
