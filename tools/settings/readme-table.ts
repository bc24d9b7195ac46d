import { type DocumentedSetting, sections } from './documented.ts';

const defaultOf = ({ setting }: DocumentedSetting): string => {
  const value: unknown = setting.required === undefined ? setting.default : undefined;
  return typeof value === 'string' || typeof value === 'boolean' ? `\`${value}\`` : '';
};

/** The table of all settings for the README. */
export function settingsTable(): string {
  const rows = (section: Map<string, DocumentedSetting>, prefix: string) =>
    [...section]
      .filter(([, { setting }]) => prefix !== '' || setting.type !== 'section')
      .map(([name, one]) => `| \`${prefix}${name}\` | ${defaultOf(one)} | ${one.meaning} |`);
  return [
    '| `appSettings.…` | default | meaning |',
    '| --- | --- | --- |',
    ...rows(sections.appSettings, ''),
    ...rows(sections.signIn, 'signIn.'),
  ].join('\n');
}
