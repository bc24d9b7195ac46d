import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const source = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../src');

/**
 * Rooms of the house and what each may import besides itself. The core (`oauth`, `sign-in`,
 * `session`) runs without a screen; `ui` knows the core by its types only.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  // Only the sentence for engines that cannot run the app.
  polyfills: ['i18n'],
  platform: [],
  settings: [],
  oauth: ['settings', 'ky'],
  'sign-in': ['oauth'],
  session: ['settings', 'oauth', 'sign-in', 'ky', 'idb-keyval'],
  i18n: ['oauth'],
  ui: ['settings', 'oauth', 'sign-in', 'i18n', '@lightningjs/core', '@lightningjs/sdk', 'qrcode'],
  channel: ['oauth', 'session', 'i18n', 'ui', 'ky', '@lightningjs/sdk'],
  app: ['settings', 'oauth', 'sign-in', 'session', 'i18n', 'platform', 'ui', 'channel'],
  'index.ts': ['polyfills', 'app'],
};

/** Files of no room, for all of them. */
const everywhere = ['assert-never.ts', 'plain-text.ts'];

const core = ['settings', 'oauth', 'sign-in', 'session'];

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.ts$/.test(file) && !/\.test\.ts$/.test(file) && !file.includes('testing'),
);

const roomOf = (file: string): string => file.split(path.sep)[0] ?? '';

function importsOf(file: string): { specifier: string; typeOnly: boolean }[] {
  const text = readFileSync(path.join(source, file), 'utf8');
  const parsed = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return parsed.statements.flatMap((statement) => {
    const isImport = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
    if (!isImport || statement.moduleSpecifier === undefined) return [];
    const typeOnly = ts.isImportDeclaration(statement)
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly;
    return [{ specifier: (statement.moduleSpecifier as ts.StringLiteral).text, typeOnly }];
  });
}

/** Identifiers of a file that are not the name of a member. */
function freeNamesOf(file: string): string[] {
  const text = readFileSync(path.join(source, file), 'utf8');
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isIdentifier(node)) names.push(node.text);
    if (ts.isPropertyAccessExpression(node)) visit(node.expression);
    else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return names;
}

/** The room or the package that an import leads to. */
function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) {
    const [scope = '', name = ''] = specifier.split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  }
  const target = path.relative(source, path.resolve(source, path.dirname(file), specifier));
  const room = roomOf(target);
  return files.includes(`${room}.ts`) ? `${room}.ts` : room;
}

describe('the rooms of src/', () => {
  it('parts of Lightning core are named in one file, and the SDK only for its types', () => {
    const importing = (name: string) =>
      files.filter((file) =>
        importsOf(file).some(
          ({ specifier, typeOnly }) => !typeOnly && targetOf(file, specifier) === name,
        ),
      );
    expect(importing('@lightningjs/core')).toEqual(['ui/lightning.ts']);
    expect(importing('@lightningjs/sdk').filter((file) => roomOf(file) !== 'channel')).toEqual([]);
  });

  it.each(files)('a file of src/ imports only what its room allows: %s', (file) => {
    const room = roomOf(file);
    const allowed = mayImport[room] ?? [];
    const through = importsOf(file)
      .map(({ specifier }) => targetOf(file, specifier))
      .filter((target) => target !== room && !allowed.includes(target))
      .filter((target) => !everywhere.includes(target));
    expect(through).toEqual([]);
  });

  it('ui/ knows the core by its types only', () => {
    const values = files
      .filter((file) => roomOf(file) === 'ui')
      .flatMap((file) => importsOf(file).map((one) => ({ file, ...one })))
      .filter((one) => !one.typeOnly && core.includes(targetOf(one.file, one.specifier)));
    expect(values).toEqual([]);
  });

  it('the core names nothing of a browser page', () => {
    const browserOnly = /^(document|window|navigator|localStorage|sessionStorage|indexedDB)$/;
    const found = files
      .filter((file) => core.includes(roomOf(file)))
      .filter((file) => freeNamesOf(file).some((name) => browserOnly.test(name)));
    expect(found).toEqual([]);
  });

  it('every room of src/ is listed', () => {
    const rooms = [...new Set(files.map(roomOf))];
    expect(rooms.filter((room) => !(room in mayImport) && !everywhere.includes(room))).toEqual([]);
  });

  it('the rooms of src/ form no circle', () => {
    const reached = (room: string, seen: readonly string[]): readonly string[] =>
      (mayImport[room] ?? [])
        .filter((next) => next in mayImport)
        .flatMap((next) => (seen.includes(next) ? [next] : reached(next, [...seen, next])));
    expect(Object.keys(mayImport).flatMap((room) => reached(room, [room]))).toEqual([]);
  });

  it('hold no files that import each other in a circle', () => {
    const imported = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter(({ specifier }) => specifier.startsWith('.'))
          .map(({ specifier }) =>
            path.relative(source, path.resolve(source, path.dirname(file), `${specifier}.ts`)),
          ),
      ]),
    );
    const done = new Set<string>();
    const circleFrom = (file: string, trail: readonly string[]): readonly string[] => {
      if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
      if (done.has(file)) return [];
      const found = (imported.get(file) ?? [])
        .map((next) => circleFrom(next, [...trail, file]))
        .find((circle) => circle.length > 0);
      done.add(file);
      return found ?? [];
    };
    expect(files.flatMap((file) => circleFrom(file, []))).toEqual([]);
  });
});
