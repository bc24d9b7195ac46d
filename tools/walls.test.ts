import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const source = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../src');

/** Rooms of the house, and what each may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'settings.ts': [],
  'device-grant': ['settings.ts', 'ky'],
  session: ['settings.ts', 'device-grant', 'ky', 'idb-keyval'],
  platform: [],
  polyfills: [],
  i18n: ['device-grant'],
  ui: ['settings.ts', 'device-grant', 'i18n', 'App.ts', '@lightningjs/sdk', 'qrcode'],
  // Your own screens: they know the app around them, and only App.ts and application.ts know them.
  channel: ['device-grant', 'session', 'i18n', 'ui', 'ky', '@lightningjs/sdk'],
  'App.ts': ['channel', 'ui', '@lightningjs/sdk'],
};

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

/** The room or the package that an import leads to. */
function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const target = path.relative(source, path.resolve(source, path.dirname(file), specifier));
  const room = roomOf(target);
  return files.includes(`${room}.ts`) ? `${room}.ts` : room;
}

describe('the walls of the house', () => {
  it.each(files.filter((file) => roomOf(file) in mayImport))('hold in %s', (file) => {
    const room = roomOf(file);
    const allowed = mayImport[room] ?? [];
    const through = importsOf(file)
      .map(({ specifier }) => targetOf(file, specifier))
      .filter((target) => target !== room && !allowed.includes(target));
    expect(through).toEqual([]);
  });

  it('let ui/ know the flow by its types and its constants only', () => {
    const values = files
      .filter((file) => roomOf(file) === 'ui')
      .flatMap((file) => importsOf(file).map((one) => ({ file, ...one })))
      .filter((one) => !one.typeOnly && targetOf(one.file, one.specifier) === 'device-grant');
    expect(values).toEqual([]);
  });

  it('keep the DOM out of the flow and the session', () => {
    const browserOnly = /\b(document|window|navigator|localStorage|sessionStorage)\./;
    const found = files
      .filter((file) => ['device-grant', 'session'].includes(roomOf(file)))
      .filter((file) => {
        const text = readFileSync(path.join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
        return browserOnly.test(text.replace(/\/\/.*$/gm, ''));
      });
    expect(found).toEqual([]);
  });

  it('see every room: a new one has to be drawn here', () => {
    const rooms = [...new Set(files.map(roomOf))].sort();
    const roof = ['application.ts', 'index.ts', 'open-session.ts', 'preferences.ts'];
    expect(rooms.filter((room) => !(room in mayImport) && !roof.includes(room))).toEqual([]);
  });
});
