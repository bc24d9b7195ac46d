import { type DocumentedSetting, sections } from './documented.ts';

const defaultOf = ({ setting }: DocumentedSetting): string => {
  if (setting.type === 'section' || setting.required !== undefined) return '';
  const value: unknown = setting.default;
  if (value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)) {
    return '';
  }
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
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
