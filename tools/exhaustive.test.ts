import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

interface Union {
  file: string;
  name: string;
  /** What is added to the union; `MARK` is replaced by a name that errors are found by. */
  member: string;
  /** Files that must act on a new member. */
  mustAct: readonly string[];
}

const tagged = "{ type: 'MARK' }";
const word = "'MARK'";

/** The unions of the app, each with the files that do not compile when it gets a new member. */
const unions: readonly Union[] = [
  {
    file: 'src/sign-in/states.ts',
    name: 'Command',
    member: tagged,
    mustAct: ['src/sign-in/sign-in.ts'],
  },
  {
    file: 'src/sign-in/states.ts',
    name: 'SignInState',
    member: "{ type: 'MARK'; returnTo: ReturnTarget }",
    mustAct: [
      'src/app/navigation.ts',
      'src/sign-in/machine.ts',
      'src/sign-in/states.ts',
      'src/sign-in/testing/sample-states.ts',
      'src/ui/describe.ts',
    ],
  },
  {
    file: 'src/sign-in/states.ts',
    name: 'ViewerEvent',
    member: tagged,
    mustAct: ['src/app/navigation.ts', 'src/sign-in/machine.ts', 'tools/readme/state-diagram.ts'],
  },
  {
    file: 'src/sign-in/states.ts',
    name: 'AttemptEvent',
    member: "{ type: 'MARK'; attempt: number }",
    mustAct: ['src/sign-in/machine.ts', 'tools/readme/state-diagram.ts'],
  },
  {
    file: 'src/sign-in/states.ts',
    name: 'SessionEvent',
    member: tagged,
    mustAct: ['src/sign-in/machine.ts', 'tools/readme/state-diagram.ts'],
  },
  {
    file: 'src/sign-in/states.ts',
    name: 'LifeEvent',
    member: tagged,
    mustAct: ['src/sign-in/machine.ts', 'tools/readme/state-diagram.ts'],
  },
  {
    file: 'src/sign-in/states.ts',
    name: 'PollAnswer',
    member: tagged,
    mustAct: ['src/sign-in/polling.ts', 'tools/readme/state-diagram.ts'],
  },
  {
    file: 'src/sign-in/states.ts',
    name: 'Notice',
    member: word,
    mustAct: ['src/ui/describe.ts'],
  },
  {
    file: 'src/sign-in/states.ts',
    name: 'Keeping',
    member: word,
    mustAct: ['src/session/support-line.ts', 'src/ui/describe.ts'],
  },
  {
    file: 'src/sign-in/states.ts',
    name: 'ConnectionState',
    member: tagged,
    mustAct: ['src/session/access-tokens.ts', 'src/session/accounts.ts', 'src/ui/describe.ts'],
  },
  {
    file: 'src/oauth/outcome.ts',
    name: 'PollOutcome',
    member: tagged,
    mustAct: [
      'src/oauth/providers/veeam-vb365.ts',
      'src/sign-in/attempt.ts',
      'src/sign-in/polling.ts',
      'tools/readme/state-diagram.ts',
    ],
  },
  {
    file: 'src/oauth/outcome.ts',
    name: 'RequestOutcome',
    member: tagged,
    mustAct: ['src/oauth/providers/veeam-vb365.ts', 'src/sign-in/attempt.ts'],
  },
  {
    file: 'src/oauth/outcome.ts',
    name: 'RefreshOutcome',
    member: tagged,
    mustAct: ['src/session/refresh.ts'],
  },
  {
    file: 'src/oauth/outcome.ts',
    name: 'RevokeOutcome',
    member: tagged,
    mustAct: ['src/session/sign-out.ts'],
  },
  {
    file: 'src/oauth/outcome.ts',
    name: 'AccountOutcome',
    member: tagged,
    mustAct: ['src/session/server-calls.ts'],
  },
  {
    file: 'src/oauth/problem.ts',
    name: 'ProblemKind',
    member: word,
    mustAct: [
      'src/session/connection-state.ts',
      'src/sign-in/support-reference.ts',
      'src/ui/describe.ts',
      'src/ui/testing/models.ts',
    ],
  },
  {
    file: 'src/ui/action.ts',
    name: 'Action',
    member: tagged,
    mustAct: ['src/app/navigation.ts'],
  },
  {
    file: 'src/ui/action.ts',
    name: 'Panel',
    member: word,
    mustAct: ['src/ui/describe.ts', 'src/ui/testing/models.ts'],
  },
  {
    file: 'src/ui/screen-description.ts',
    name: 'ScreenName',
    member: word,
    mustAct: ['src/ui/testing/models.ts'],
  },
  {
    file: 'src/ui/screen-description.ts',
    name: 'Arrangement',
    member: word,
    mustAct: ['src/ui/App.ts'],
  },
  {
    file: 'src/platform/platform.ts',
    name: 'RemoteKey',
    member: word,
    mustAct: ['src/app/navigation.ts', 'src/platform/keys.ts'],
  },
  {
    file: 'src/app/navigation.ts',
    name: 'NavigationEvent',
    member: tagged,
    mustAct: ['src/app/navigation.ts'],
  },
  {
    file: 'src/app/navigation.ts',
    name: 'NavigationTimer',
    member: word,
    mustAct: ['src/app/navigation.ts'],
  },
  {
    file: 'src/app/navigation.ts',
    name: 'Effect',
    member: tagged,
    mustAct: ['src/app/shell.ts'],
  },
];

const markOf = (union: Union) => `added${union.name}`;

/** The source with the marked member at the head of the union. */
function withMember(source: string, union: Union): string {
  const member = union.member.replace('MARK', markOf(union));
  const changed = source.replace(
    new RegExp(`(export type ${union.name} =)(\\s*)(\\|?)`),
    (_whole, head: string, space: string) => `${head} (${member}) |${space}`,
  );
  if (changed === source) throw new Error(`${union.name} is not declared in ${union.file}`);
  return changed;
}

/**
 * Compiles the whole project once, with one marked member more in every union.
 *
 * @returns the files with an error that names the mark, by name of the union
 */
function filesThatFail(): Readonly<Record<string, readonly string[]>> {
  const configFile = path.join(root, 'tools', 'tsconfig.json');
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    config,
    ts.sys,
    path.dirname(configFile),
  );
  // Tests have their own lists in `testing/`; leaving them out halves the time.
  const roots = fileNames.filter(
    (name) => /\/(src|tools\/(readme|fleet))\//.test(name) && !/\.test\.ts$/.test(name),
  );
  const host = ts.createCompilerHost({ ...options, noErrorTruncation: true });
  const readFile = host.readFile.bind(host);
  host.readFile = (fileName) => {
    const source = readFile(fileName);
    const name = path.relative(root, fileName).split(path.sep).join('/');
    return unions
      .filter((union) => union.file === name)
      .reduce((text, union) => text && withMember(text, union), source);
  };
  host.getSourceFile = (fileName, languageVersion) => {
    const source = host.readFile(fileName);
    return source === undefined
      ? undefined
      : ts.createSourceFile(fileName, source, languageVersion);
  };
  const program = ts.createProgram(roots, { ...options, noErrorTruncation: true }, host);
  const found: Record<string, Set<string>> = {};
  for (const diagnostic of program.getSemanticDiagnostics()) {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    const file = path
      .relative(root, diagnostic.file?.fileName ?? '')
      .split(path.sep)
      .join('/');
    for (const union of unions) {
      if (new RegExp(`\\b${markOf(union)}\\b`).test(message)) {
        found[union.name] = (found[union.name] ?? new Set()).add(file);
      }
    }
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, files]) => [name, [...files].sort()]),
  );
}

describe('a new member of a union', () => {
  const failing = filesThatFail();

  it.each(unions)(
    'a new member of $name does not compile until these files act: $mustAct',
    (union) => {
      expect(failing[union.name] ?? []).toEqual(union.mustAct);
    },
  );
});
