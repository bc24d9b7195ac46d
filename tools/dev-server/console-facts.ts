import { readFileSync } from 'node:fs';
import { languages } from '../../src/i18n/index.ts';
import { people } from './authorization-server/accounts.ts';

const packageJson = new URL('../../package.json', import.meta.url);

interface Package {
  version: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const secretNames =
  /secret|password|passphrase|token|assertion|credential|cookie|authorization$|key$/i;

/** Settings whose fields are named after what they lead to: the address of `token` is no token. */
const addresses = 'endpoints';

/** A copy without the values of settings that are named like secrets. */
export function withoutSecrets(value: unknown, name = ''): unknown {
  if (name === addresses) return value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, key)]),
    );
  }
  return typeof value === 'string' && secretNames.test(name) ? '(left out)' : value;
}

/** What the QA console needs to know of the servers, and puts into a report. */
export function consoleFacts(options: {
  issuer: string;
  control: string;
  settings: unknown;
  /** The system that the TV signs in to unless its address chooses another. */
  provider: string;
  /** All stand-ins. */
  providers: readonly string[];
}) {
  const { version, dependencies, devDependencies } = JSON.parse(
    readFileSync(packageJson, 'utf8'),
  ) as Package;
  return {
    issuer: options.issuer,
    control: options.control,
    provider: options.provider,
    providers: options.providers,
    accounts: Object.entries(people).map(([id, { name }]) => ({ id, name })),
    languages,
    versions: {
      app: version,
      lightning: dependencies['@lightningjs/sdk'],
      'oidc-provider': devDependencies['oidc-provider'],
      node: process.versions.node,
    },
    settings: withoutSecrets(options.settings),
  };
}
