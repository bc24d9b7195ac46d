import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { engines } from './engines.ts';
import { checkFetched, fetchedPackages } from './fetched-packages.ts';

const archive = Buffer.from('a package');
const hash = `sha512-${createHash('sha512').update(archive).digest('base64')}`;

describe('a package that is fetched outside the lock file', () => {
  it('a fetched package is taken when it has the hash that is written down', () => {
    expect(() => checkFetched('old@1.0.0', archive, { 'old@1.0.0': hash })).not.toThrow();
  });

  it('a fetched package is refused when it is another one', () => {
    const changed = Buffer.from('another package');
    expect(() => checkFetched('old@1.0.0', changed, { 'old@1.0.0': hash })).toThrow(
      'old@1.0.0 is not the one whose hash is written down',
    );
  });

  it('a fetched package is refused when no hash is written down', () => {
    expect(() => checkFetched('new@2.0.0', archive)).toThrow('No hash of new@2.0.0');
  });

  it('the hash of every engine’s package is written down', () => {
    const wanted = engines.flatMap((engine) =>
      engine.engine === 'chromium' && engine.package !== 'installed' ? [engine.package] : [],
    );
    expect(wanted.filter((name) => !fetchedPackages.includes(name))).toEqual([]);
  });
});
