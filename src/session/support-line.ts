import type { Keeping } from '../sign-in/states';
import type { SessionDiagnostics } from './session';

const keepingWords: Record<Keeping, string> = {
  kept: 'kept',
  'not-given': 'no refresh token',
  'storage-failed': 'not kept',
};

/**
 * The diagnostics in one line that can be read out to support: no names, no secrets. Not translated,
 * so that support gets the same words from every country.
 */
export function supportLine(report: SessionDiagnostics): string {
  const storage = report.storageError ?? report.storage;
  const parts = [
    `storage ${storage}`,
    report.seal,
    ...(report.persisted === undefined ? [] : [report.persisted ? 'persistent' : 'evictable']),
    `dpop ${report.dpop.state}`,
    report.lock,
    `accounts ${report.accounts}`,
    ...(report.quarantined > 0 ? [`set aside ${report.quarantined}`] : []),
    ...(report.keeping === undefined ? [] : [keepingWords[report.keeping]]),
    ...(report.idToken === undefined || report.idToken === 'fits'
      ? []
      : [`ID token ${report.idToken.replace(/-/g, ' ')}`]),
    ...(report.connection === 'online' ? [] : [report.connection.replace('-', ' ')]),
  ];
  return parts.join(' · ');
}
