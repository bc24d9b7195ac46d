import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parse } from 'acorn';
import { describe, expect, it } from 'vitest';
import { compiledCode } from './compiled-code.ts';
import { withoutEval } from './lightning-without-eval.js';

const compiled = (script: string) =>
  compiledCode(parse(script, { ecmaVersion: 'latest', sourceType: 'module' }), script);

describe('code that is compiled out of texts', () => {
  it.each([
    'eval("1")',
    'eval(x)',
    'window.eval(x)',
    'window["eval"](x)',
    '(0, eval)(x)',
    'new Function("return this")',
    'Function("return this")()',
    'new window.Function([], body)',
    'a.b.constructor("return this")()',
    'setTimeout("run()", 5)',
    'window.setInterval("run()", 5)',
    'if (a) { b = [function () { return c ? d : new Function(e); }]; }',
  ])('code that is compiled out of a text is found: %s', (script) => {
    expect(compiled(script)).toHaveLength(1);
  });

  it.each([
    'isFunction("x")',
    'setTimeout(run, 5)',
    'x instanceof Function',
    'new this.constructor(options)',
    'evaluate("x"); retrieval("x")',
    'var text = "eval(x); new Function(y)"',
  ])('code that compiles nothing is left alone: %s', (script) => {
    expect(compiled(script)).toEqual([]);
  });
});

const core = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@lightningjs/core/package.json')),
  'dist/src',
);
const sourceOf = (file: string) => readFileSync(path.join(core, file), 'utf8');
const changed = (file: string) =>
  withoutEval(path.join(core, file), sourceOf(file)) ?? sourceOf(file);

describe('Lightning without eval', () => {
  it('Lightning compiles nothing once its seven functions are replaced', () => {
    const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.m?js$/.test(file),
    );
    expect(files.flatMap((file) => compiled(sourceOf(file)))).toHaveLength(7);
    expect(files.flatMap((file) => compiled(changed(file)))).toEqual([]);
  });

  it('Lightning of another version than the one that was looked at fails the build', () => {
    for (const file of [
      'application/Component.mjs',
      'application/StateMachine.mjs',
      'tree/Element.mjs',
    ])
      expect(() => withoutEval(path.join(core, file), `${sourceOf(file)} `)).toThrow(
        /another .*mjs than .*lightning-without-eval/,
      );
    expect(withoutEval('/elsewhere/Component.mjs', 'x')).toBeUndefined();
  });

  /** What an object of a class with states does and says, state after state. */
  async function story(source: string): Promise<readonly unknown[]> {
    const { default: StateMachine } = (await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`
    )) as { default: { setupStateMachine(target: unknown): void } };
    const seen: unknown[] = [];
    class Base {
      value = 'base';
      root(...args: unknown[]) {
        return ['root', this.value, ...args];
      }
      get title() {
        return 'base title';
      }
      set title(title: string) {
        seen.push(['base', title]);
      }
      static _states() {
        return [
          class Open extends Base {
            $enter() {
              seen.push('enter Open');
            }
            $exit() {
              seen.push('exit Open');
            }
            override root(...args: unknown[]) {
              return ['open', ...super.root(...args)];
            }
            only(...args: unknown[]) {
              return ['only', ...args];
            }
            override get title() {
              return 'open title';
            }
            override set title(title: string) {
              seen.push(['open', title]);
            }
            static override _states() {
              return [
                class Wide extends Open {
                  override only() {
                    return ['wide'];
                  }
                },
              ];
            }
          },
          class Shut extends Base {
            late() {
              return 'late';
            }
          },
        ];
      }
    }
    const one = new Base() as unknown as Record<string, unknown> & {
      _setState(path: string): void;
      fire(...args: unknown[]): unknown;
    };
    StateMachine.setupStateMachine(one);
    for (const state of ['', 'Open', 'Open.Wide', 'Shut', '']) {
      one._setState(state);
      seen.push(state, one.fire('root', 1, 2), one.fire('only', 3), one.fire('late'), one['title']);
      one['title'] = 'new';
    }
    return seen;
  }

  it('Lightning’s states answer as before without eval', async () => {
    const before = await story(sourceOf('application/StateMachine.mjs'));
    expect(before).toContain('open title');
    expect(await story(changed('application/StateMachine.mjs'))).toEqual(before);
  });
});
