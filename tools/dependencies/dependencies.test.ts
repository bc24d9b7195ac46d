import { describe, expect, it } from 'vitest';
import { judge, readAudit } from './advisories.ts';
import { isAllowed, refusedLicenses } from './allowed-licenses.ts';
import { lockedPackages, readLockFile } from './lock-file.ts';

const locked = lockedPackages({
  packages: {
    '': { version: '1.0.0', license: 'MIT' },
    'node_modules/in-app': { version: '1.0.0', license: 'MIT' },
    'node_modules/in-tools': { version: '2.0.0', license: 'MIT', dev: true },
    'node_modules/in-tools/node_modules/in-app': { version: '0.9.0', license: 'MIT', dev: true },
  },
});

const advisory = (id: string, severity: string) => ({
  source: 1,
  title: 'Reads too far',
  url: `https://advisories.example/${id}`,
  severity,
});

const report = (vulnerabilities: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: {} });

const judged = (vulnerabilities: Readonly<Record<string, unknown>>, accepted = {}) =>
  judge(readAudit(report(vulnerabilities), locked), accepted);

describe('the licenses of the dependencies', () => {
  it('every package of the lock file has a license that is allowed', () => {
    expect(refusedLicenses(lockedPackages(readLockFile()).values())).toEqual([]);
  });

  it.each([
    ['MIT', false, true],
    ['(WTFPL OR MIT)', false, true],
    ['(MIT AND Zlib)', true, true],
    ['(MIT AND Zlib)', false, false],
    ['MPL-2.0', true, true],
    ['MPL-2.0', false, false],
    ['GPL-3.0-only', true, false],
    ['AGPL-3.0', false, false],
    ['(GPL-2.0 OR GPL-3.0)', true, false],
    ['MIT OR Apache-2.0 AND GPL-3.0', false, false],
    ['UNLICENSED', true, false],
    ['SEE LICENSE IN LICENSE', true, false],
    ['none', true, false],
    ['', true, false],
  ])('a license is allowed only where its terms can be kept: %j, for tools: %j', (...example) => {
    const [license, isForTools, allowed] = example;
    expect(isAllowed(license, isForTools)).toBe(allowed);
  });

  it('a package without a license is refused by name and version', () => {
    const packages = lockedPackages({ packages: { 'node_modules/@a/b': { version: '3.1.0' } } });
    expect(refusedLicenses(packages.values())).toEqual(['@a/b 3.1.0 (app): license none']);
  });
});

describe('the lock file', () => {
  it('every package of the lock file is locked by its hash', () => {
    const packages = [...lockedPackages(readLockFile()).values()];
    expect(packages.length).toBeGreaterThan(0);
    expect(packages.filter(({ integrity }) => !integrity?.startsWith('sha512-'))).toEqual([]);
  });
});

describe('known vulnerabilities', () => {
  it.each(['high', 'critical', 'unheard-of'])(
    'stop the check when %s and in the app',
    (severity) => {
      const found = {
        'in-app': { nodes: ['node_modules/in-app'], via: [advisory('G-1', severity)] },
      };
      expect(judged(found).failures).toEqual([`G-1 (${severity}) in in-app: Reads too far`]);
    },
  );

  it.each(['low', 'moderate'])('vulnerabilities are only told when %s', (severity) => {
    const found = {
      'in-app': { nodes: ['node_modules/in-app'], via: [advisory('G-1', severity)] },
    };
    expect(judged(found).failures).toEqual([]);
    expect(judged(found).remarks.join()).toContain('G-1');
  });

  it('vulnerabilities are only told when no package of the app has them', () => {
    const nodes = ['node_modules/in-tools/node_modules/in-app'];
    const found = { 'in-app': { nodes, via: [advisory('G-1', 'critical')] } };
    expect(judged(found).failures).toEqual([]);
    expect(judged(found).remarks.join()).toMatch(/G-1 .*Tools only/);
  });

  it('stop the check when a package of the app has them besides one of the tools', () => {
    const nodes = ['node_modules/in-tools/node_modules/in-app', 'node_modules/in-app'];
    const found = { 'in-app': { nodes, via: [advisory('G-1', 'high')] } };
    expect(judged(found).failures).toHaveLength(1);
  });

  it('vulnerabilities of a package that the lock file does not have stop the check', () => {
    const found = { other: { nodes: ['node_modules/other'], via: [advisory('G-1', 'high')] } };
    expect(judged(found).failures).toHaveLength(1);
  });

  it('accepted vulnerabilities are told with the reason', () => {
    const found = { 'in-app': { nodes: ['node_modules/in-app'], via: [advisory('G-1', 'high')] } };
    const { failures, remarks } = judged(found, { 'G-1': 'never called' });
    expect(failures).toEqual([]);
    expect(remarks.join()).toContain('Accepted: never called');
  });

  it('vulnerabilities are counted once, where they are, and not in all that depends on them', () => {
    const found = {
      'in-app': { nodes: ['node_modules/in-app'], via: [advisory('G-1', 'high')] },
      outer: { nodes: ['node_modules/outer'], via: ['in-app'] },
    };
    expect(judged(found).failures).toHaveLength(1);
  });

  it('an accepted advisory that is over is told, so that the list stays short', () => {
    expect(judged({}, { 'G-9': 'never called' }).remarks.join()).toMatch(/G-9 .*take it off/);
  });

  it.each([
    ['nothing', ''],
    ['an error in place of a report', '{"message":"405","error":{"summary":""}}'],
    ['a web page', '<html>'],
    ['null', 'null'],
  ])(
    'vulnerabilities are said to be unchecked when the registry answers with %s',
    (_what, output) => {
      expect(judge(readAudit(output, locked))).toEqual({
        failures: [],
        remarks: [expect.stringMatching(/^NOT CHECKED:/)],
      });
    },
  );
});
