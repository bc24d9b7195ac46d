import { expect, it } from 'vitest';
import { supportLine } from './support-line';
import { ada, sessionHarness } from './testing/harness';

it('tells support how a session is kept, and nothing about whose it is', async () => {
  const { session, server } = sessionHarness();
  await session.restore();
  expect(supportLine(session.diagnostics())).toBe(
    'storage working · untried · dpop off · lease · accounts 0',
  );
  await session.complete(server.grant(ada), new AbortController().signal);
  const line = supportLine(session.diagnostics());
  expect(line).toBe('storage working · sealed · dpop off · lease · accounts 1 · kept');
  expect(line).not.toMatch(/Ada|secret/);
});

it('names the last error of a storage that fails', () => {
  const report = sessionHarness().session.diagnostics();
  expect(
    supportLine({
      ...report,
      storage: 'failing',
      storageError: 'QuotaExceededError',
      persisted: false,
      quarantined: 2,
      signedIn: true,
      keeping: 'storage-failed',
      connection: 'offline',
    }),
  ).toBe(
    'storage QuotaExceededError · untried · evictable · dpop off · lease · accounts 0 · set aside 2 · not kept · offline',
  );
});
