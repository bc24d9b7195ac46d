import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { type Members, type Setting, schema } from '../../src/settings/schema.ts';

/** A setting and what the schema's source says about it. */
export interface DocumentedSetting {
  setting: Setting;
  /** The doc comment above it: sentences in Markdown. */
  meaning: string;
}

const sourceFile = new URL('../../src/settings/schema.ts', import.meta.url);

/** Doc comments of the members of each object constant in the schema's source. */
function commentsOfConstants(): Map<string, Map<string, string>> {
  const source = ts.createSourceFile(
    'schema.ts',
    readFileSync(sourceFile, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const constants = new Map<string, Map<string, string>>();
  const objectOf = (node: ts.Expression | undefined): ts.ObjectLiteralExpression | undefined => {
    if (node === undefined) return undefined;
    if (ts.isObjectLiteralExpression(node)) return node;
    return ts.isSatisfiesExpression(node) || ts.isAsExpression(node)
      ? objectOf(node.expression)
      : undefined;
  };
  for (const statement of source.statements.filter(ts.isVariableStatement)) {
    for (const { name, initializer } of statement.declarationList.declarations) {
      const comments = new Map<string, string>();
      for (const property of objectOf(initializer)?.properties ?? []) {
        const [comment] = ts.getJSDocCommentsAndTags(property);
        const text = ts.getTextOfJSDocComment(comment?.comment) ?? '';
        comments.set(property.name?.getText() ?? '', text.replace(/\s+/g, ' '));
      }
      constants.set(name.getText(), comments);
    }
  }
  return constants;
}

const constants = commentsOfConstants();

/**
 * The settings of a section with their meanings.
 *
 * @param constant name of the constant in the schema's source that lists them
 * @throws Error for a setting without a doc comment
 */
function documented(members: Members, constant: string): Map<string, DocumentedSetting> {
  const comments = constants.get(constant);
  return new Map(
    Object.entries(members).map(([name, setting]) => {
      const meaning = comments?.get(name) ?? '';
      if (meaning === '') throw new Error(`${constant}.${name} has no doc comment in schema.ts.`);
      return [name, { setting, meaning }];
    }),
  );
}

const { members } = schema;

/** `appSettings`, `appSettings.signIn` and its endpoints, as documented in the schema's source. */
export const sections = {
  appSettings: documented(members, 'appSettings'),
  signIn: documented(members.signIn.members, 'signIn'),
  endpoints: documented(members.signIn.members.endpoints.members, 'endpoints'),
};
