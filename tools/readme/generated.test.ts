import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedTexts } from './generated.ts';

describe('npm run readme has nothing to renew in', () => {
  it.each(Object.entries(generatedTexts))(
    'npm run readme has nothing to renew in %s',
    (_name, { file, renewed }) => {
      const current = readFileSync(file, 'utf8');
      expect(renewed(current)).toBe(current);
    },
  );
});
