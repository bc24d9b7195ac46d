import type { Provider } from 'oidc-provider';
import type { AccountName } from './accounts.ts';
import type { DeviceCodeRecord } from './device-codes.ts';

/**
 * How a person's decision reaches oidc-provider. Nothing is stored before the decision, so a page
 * that is opened and left uses no code up.
 *
 * @param onChange hears of every decision
 */
export function grants(provider: Provider, onChange: () => void) {
  async function find(record: DeviceCodeRecord) {
    const code = await provider.DeviceCode.find(record.deviceCode);
    if (code === undefined) throw new Error(`The code ${record.userCode} is not stored any more.`);
    return code;
  }

  return {
    /** Lets the TV that holds the code sign in as an account: its next poll gets tokens. */
    async grant(record: DeviceCodeRecord, account: AccountName): Promise<void> {
      const code = await find(record);
      const grant = new provider.Grant({ accountId: account, clientId: record.clientId });
      grant.addOIDCScope(record.scope);
      Object.assign(code, {
        accountId: account,
        authTime: Math.floor(Date.now() / 1000),
        grantId: await grant.save(),
        scope: record.scope,
      });
      await code.save();
      record.decision = 'approved';
      record.account = account;
      onChange();
    },
    /** Refuses the TV: it gets `access_denied` for as long as it asks. */
    async refuse(record: DeviceCodeRecord): Promise<void> {
      record.decision = 'denied';
      onChange();
    },
  };
}
