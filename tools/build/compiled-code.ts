import type { Node } from 'acorn';

/** Functions that compile a text, by whichever name they are called. */
const compilers = ['Function', 'eval', 'execScript'];
const timers = ['setTimeout', 'setInterval', 'setImmediate'];

type Loose = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node & Loose =>
  typeof value === 'object' && value !== null && typeof (value as Loose)['type'] === 'string';

/** The name of what is called: `eval` of `eval(…)`, `window.eval(…)` and `(0, eval)(…)`. */
function calledName(callee: unknown): string | undefined {
  if (!isNode(callee)) return undefined;
  switch (callee.type) {
    case 'Identifier':
      return String(callee['name']);
    case 'MemberExpression': {
      const property = callee['property'] as Node & Loose;
      return String(callee['computed'] === true ? property['value'] : property['name']);
    }
    case 'SequenceExpression':
      return calledName((callee['expressions'] as unknown[]).at(-1));
    default:
      return undefined;
  }
}

/** Whether a call compiles a text, which a policy without 'unsafe-eval' forbids. */
function compiles(node: Node & Loose): boolean {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return false;
  const name = calledName(node['callee']) ?? '';
  const [first] = node['arguments'] as readonly unknown[];
  if (compilers.includes(name)) return true;
  const isText = isNode(first) && first.type === 'Literal' && typeof first['value'] === 'string';
  return isText && (timers.includes(name) || name === 'constructor');
}

/**
 * Finds where a script compiles code out of texts.
 *
 * @param program what acorn made of the script
 * @param script the script itself
 * @returns the beginning of each such call
 */
export function compiledCode(program: Node, script: string): readonly string[] {
  const found: string[] = [];
  const pending: unknown[] = [program];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) {
      pending.push(...next);
      continue;
    }
    if (!isNode(next)) continue;
    if (compiles(next)) found.push(script.slice(next.start, next.start + 80));
    pending.push(...Object.values(next));
  }
  return found;
}
