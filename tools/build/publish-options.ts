import type { PublishRequest } from './publish.ts';

/** Options of the command line that both build and package take; for `parseArgs`. */
export const publishOptions = {
  development: { type: 'boolean', default: false },
  offline: { type: 'boolean', default: false },
  public: { type: 'string', multiple: true },
} as const;

/** What the command line said. */
export const publishRequest = (values: {
  development: boolean;
  offline: boolean;
  public?: string[] | undefined;
}): PublishRequest => ({
  development: values.development,
  offline: values.offline,
  declaredPublic: values.public ?? [],
});

/** Says why something is for trying out only; nothing when it is good for viewers. */
export function warnOfDevelopment(what: string, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  console.error(`\nNOT FOR VIEWERS: ${what} for trying things out.`);
  for (const warning of warnings) console.error(`- ${warning}`);
  console.error('Name your own server with --settings FILE.');
}
