import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../src/i18n/en.ts';
import type { Problem } from '../../src/oauth/problem.ts';
import { authorization, client } from '../../src/oauth/testing/client.ts';
import { startTestServer, type TestServer } from '../../src/oauth/testing/http-server.ts';
import { supportReference } from '../../src/sign-in/support-reference.ts';
import { problemKinds } from '../../src/ui/testing/models.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const page = readFileSync(path.join(root, 'docs/error-codes.md'), 'utf8');

type CallName = 'metadata' | 'device' | 'poll' | 'refresh' | 'revocation' | 'userinfo';

/** Codes in a literal, a condition, a constant or the beginning of a template. */
function codesIn(node: ts.Node, checker: ts.TypeChecker): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [`${node.head.text}…`];
  if (ts.isConditionalExpression(node)) {
    return [...codesIn(node.whenTrue, checker), ...codesIn(node.whenFalse, checker)];
  }
  if (ts.isBinaryExpression(node)) {
    return [...codesIn(node.left, checker), ...codesIn(node.right, checker)];
  }
  const declared = ts.isIdentifier(node)
    ? checker.getSymbolAtLocation(node)?.valueDeclaration
    : undefined;
  return declared !== undefined && ts.isVariableDeclaration(declared) && declared.initializer
    ? codesIn(declared.initializer, checker)
    : [];
}

/** Every code that the core writes: a member named `code`, or an argument for a parameter `code`. */
function codesOfTheCore(): ReadonlySet<string> {
  const config = ts.getParsedCommandLineOfConfigFile(path.join(root, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(String(diagnostic.messageText));
    },
  });
  const program = ts.createProgram(config?.fileNames ?? [], config?.options ?? {});
  const checker = program.getTypeChecker();
  const codes = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'code') {
      for (const code of codesIn(node.initializer, checker)) codes.add(code);
    }
    if (ts.isShorthandPropertyAssignment(node) && node.name.text === 'code') {
      const value = checker.getShorthandAssignmentValueSymbol(node)?.valueDeclaration;
      const initializer = value && ts.isVariableDeclaration(value) ? value.initializer : undefined;
      for (const code of initializer ? codesIn(initializer, checker) : []) codes.add(code);
    }
    if (ts.isCallExpression(node)) {
      checker.getResolvedSignature(node)?.parameters.forEach((parameter, at) => {
        const argument = parameter.name === 'code' ? node.arguments[at] : undefined;
        for (const code of argument ? codesIn(argument, checker) : []) codes.add(code);
      });
    }
    ts.forEachChild(node, visit);
  };
  const core = /\/src\/(oauth|sign-in|session)\//;
  for (const file of program.getSourceFiles()) if (core.test(file.fileName)) visit(file);
  return codes;
}

const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.slice(2, -2).split(/ *\| */));

const sectionOf = (heading: string): string =>
  page.split(`\n## ${heading}`)[1]?.split('\n## ')[0] ?? '';

const unquoted = (cell = ''): string => cell.replace(/^`|`$/g, '');

describe('docs/error-codes.md', () => {
  // Here, because a test has a time limit, and compiling the core on a busy machine takes long.
  const written = [...codesOfTheCore()].sort();

  it.each(problemKinds)('docs/error-codes.md says what the screen says: %s', (kind) => {
    const section = sectionOf(`\`${kind}\``);
    expect(section).toContain(`**${en[kind]}**`);
    expect(section).toContain(en[`${kind}.help`]);
    expect(section).toContain(`\`${supportReference(kind, 0).slice(0, 2)}-…\``);
  });

  it('docs/error-codes.md has a row for each code that the core writes, and for no other', () => {
    const own = page.split('\n## What servers answer')[0] ?? '';
    const described = rowsOf(own)
      .map(([code]) => unquoted(code))
      .filter((code) => code !== 'code');
    expect([...new Set(described)].sort()).toEqual(written);
  });
});

describe('the table of servers’ answers in docs/error-codes.md', () => {
  let server: TestServer;
  let answer: { status: number; body: string };
  const never = new AbortController().signal;

  beforeAll(async () => {
    server = await startTestServer((_request, response) => {
      const type = answer.body.startsWith('<') ? 'text/html' : 'application/json';
      response.writeHead(answer.status, { 'Content-Type': type });
      response.end(answer.body);
    });
  });

  afterAll(() => server.close());

  const problemAt = async (call: CallName): Promise<Problem | undefined> => {
    const endpoint = (name: string) => `${server.url}/${name}`;
    const tv = client({
      allowInsecureHttp: true,
      ...(call === 'metadata'
        ? { issuer: server.url }
        : {
            endpoints: {
              deviceAuthorization: endpoint('device'),
              token: endpoint('token'),
              revocation: endpoint('revocation'),
              userinfo: endpoint('userinfo'),
            },
          }),
    });
    const credentials = { type: 'refresh', refreshToken: 'RT' } as const;
    const tokens = { accessToken: 'AT', tokenType: 'Bearer', credentials } as const;
    const calls: Record<CallName, () => Promise<{ type: string; problem?: Problem | undefined }>> =
      {
        metadata: () => tv.requestCode(never),
        device: () => tv.requestCode(never),
        poll: () => tv.poll(authorization, never),
        refresh: () => tv.refresh(credentials, never),
        revocation: () => tv.revoke(tokens, never),
        userinfo: () => tv.account(tokens, never),
      };
    return (await calls[call]()).problem;
  };

  const rows = rowsOf(sectionOf('What servers answer')).filter(([call]) => call !== 'call');

  it.each(rows)(
    'the table of servers’ answers says what the app makes of %s %s',
    async (call, cell, kind, code) => {
      const [status = '', ...body] = unquoted(cell).split(' ');
      answer = { status: Number(status), body: body.join(' ').replaceAll('{server}', server.url) };
      const problem = await problemAt(call as CallName);
      expect(`${problem?.kind} ${problem?.code}`).toBe(`${unquoted(kind)} ${unquoted(code)}`);
    },
  );

  it('the table of servers’ answers has rows for every call', () => {
    expect([...new Set(rows.map(([call]) => call))].sort()).toEqual(
      ['device', 'metadata', 'poll', 'refresh', 'revocation', 'userinfo'].sort(),
    );
  });
});
