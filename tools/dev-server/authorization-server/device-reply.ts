import type { Middleware } from 'koa';
import { plainText } from '../../../src/plain-text.ts';
import type { ControlSettings } from './control/settings.ts';
import type { DeviceCodes } from './device-codes.ts';
import { paths } from './endpoints.ts';
import { defaultScope } from './provider.ts';
import { bodyOf } from './request-body.ts';

/** What oidc-provider answers; it is trusted to. */
interface Issued {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
}

/** What fits into a line on a phone. */
const maxDeviceNameChars = 64;

function grantedScope(asked: string | null): string {
  const known = new Set(defaultScope.split(' '));
  const scopes = (asked ?? '').split(' ').filter((scope) => known.has(scope));
  return scopes.length === 0 ? defaultScope : scopes.join(' ');
}

/**
 * Adds what oidc-provider leaves out of its device authorization response (RFC 8628 §3.2), and
 * remembers the code it handed out.
 *
 * @param onIssued hears of each code's user code
 */
export function deviceReply(
  codes: DeviceCodes,
  settings: ControlSettings,
  onIssued: () => void,
): Middleware {
  return async (context, next) => {
    await next();
    if (context.path !== paths.device || context.method !== 'POST' || context.status !== 200)
      return;
    const issued = context.body as Issued;
    const { form } = bodyOf(context);
    codes.issue(
      {
        deviceCode: issued.device_code,
        userCode: issued.user_code,
        clientId: form.get('client_id') ?? '',
        scope: grantedScope(form.get('scope')),
        verificationUri: issued.verification_uri,
        verificationUriComplete: issued.verification_uri_complete,
        deviceName: plainText(form.get('device_name') ?? '', maxDeviceNameChars) || undefined,
      },
      {
        intervalSeconds: settings.intervalSeconds,
        lifetimeSeconds: settings.codeLifetimeSeconds,
      },
    );
    const { verification_uri_complete, ...always } = issued;
    context.body = {
      ...always,
      ...(settings.omitVerificationUriComplete ? {} : { verification_uri_complete }),
      expires_in: settings.codeLifetimeSeconds,
      ...(settings.omitInterval ? {} : { interval: settings.intervalSeconds }),
    };
    onIssued();
  };
}
