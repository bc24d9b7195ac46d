import { createHash } from 'node:crypto';
import path from 'node:path';

/**
 * Lightning core compiles templates, state routers and property paths with `new Function`, which a
 * strict content security policy forbids. These are the same members without code from texts. Each
 * stands for exactly one version of a file: another version needs another look.
 */
const modules = [
  {
    file: 'application/Component.mjs',
    sha256: 'ab470f1cd2c73d0b983a0ca3419306ae749fdffd4acd6275b3b759128caee83e',
    members: [
      {
        from: '    static parseTemplate(obj) {',
        to: '    _onSetup() {',
        code: `
    static parseTemplate(obj) {
        return { f: element => this.applyTemplate(obj, element, element), a: [] };
    }

    static applyTemplate(obj, element, target) {
        Object.keys(obj).forEach(key => {
            const value = obj[key];
            if (Utils.isUcChar(key.charCodeAt(0))) {
                if (Utils.isObjectLiteral(value)) {
                    const type = value.type ? value.type : Element;
                    const child = type === Element ? element.stage.createElement() : new type(target.stage);
                    child.ref = key;
                    this.applyTemplate(value, element, child);
                    target.childList.add(child);
                } else if (Utils.isObject(value)) {
                    target.childList.add(value);
                }
            } else if (key === 'text') {
                const text = target.enableTextTexture();
                if (!this.bindsProperty(value, element, target, key)) {
                    this.applyProperties(value, element, text);
                }
            } else if (key === 'shader' && Utils.isObjectLiteral(value)) {
                target[key] = value;
                Object.keys(value).forEach(name => {
                    if (name !== 'type' && Utils.isObjectLiteral(value[name])) {
                        this.bindsProperty(value[name], element, target[key], name);
                    }
                });
            } else if (key === 'texture' && Utils.isObjectLiteral(value)) {
                const texture = value.type ? new value.type(target.stage) : target.texture;
                this.applyProperties(value, element, texture);
                if (value.type) {
                    target[key] = texture;
                }
            } else if (!Utils.isObjectLiteral(value) || !this.bindsProperty(value, element, target, key)) {
                target[key] = value;
            }
        });
    }

    static applyProperties(obj, element, target) {
        Object.keys(obj).forEach(key => {
            if (key !== 'type' && !this.bindsProperty(obj[key], element, target, key)) {
                target[key] = obj[key];
            }
        });
    }

    static bindsProperty(value, element, target, key) {
        const binds = Utils.isObject(value) && value.__propertyBinding === true;
        if (binds) {
            element.__bindProperty(value, target, key);
        }
        return binds;
    }

`,
      },
    ],
  },
  {
    file: 'application/StateMachine.mjs',
    sha256: '78fd0d8b1fdb0db7327fc48516394715d179cb58704e82e6a3bc055a7acf28d4',
    members: [
      {
        from: '    static _supportsSpread() {',
        to: '    _addGetterSetterRouters(member) {',
        code: `
    _addMethodRouter(member, descriptors, aliases) {
        const value = function () {
            const alias = aliases[this._stateIndex];
            return alias ? this[alias].apply(this, arguments) : undefined;
        };
        Object.defineProperty(this._router.prototype, member, { value });
    }

`,
      },
      {
        from: '    _getGetterRouter(member) {',
        to: '    static getStateMemberAlias(path, member) {',
        code: `
    _getGetterRouter(member) {
        const aliases = this._getAliases(member, descriptor => descriptor.get);
        return function () {
            const alias = aliases[this._stateIndex];
            return alias ? this[alias] : undefined;
        };
    }

    _getSetterRouter(member) {
        const aliases = this._getAliases(member, descriptor => descriptor.set);
        return function (arg) {
            const alias = aliases[this._stateIndex];
            if (alias) {
                this[alias] = arg;
            }
        };
    }

    _getAliases(member, isValid) {
        return Object.keys(this._stateMap).map(statePath => {
            const descriptor = this._getDescriptor(this._stateMap[statePath], member, isValid);
            if (!descriptor) {
                return null;
            }
            const alias = StateMachineType.getStateMemberAlias(descriptor._source.__path, member);
            if (!this._router.prototype.hasOwnProperty(alias)) {
                Object.defineProperty(this._router.prototype, alias, descriptor);
            }
            return alias;
        });
    }

`,
      },
    ],
  },
  {
    file: 'tree/Element.mjs',
    sha256: 'cd58366fbecce4a6131f3e163e6bf1cb332796f0ab6c1c926948df6823df9ac4',
    members: [
      {
        from: '    static getGetter(propertyPath) {',
        to: '    get withinBoundsMargin() {',
        code: `
    static getGetter(propertyPath) {
        let getter = Element.PROP_GETTERS.get(propertyPath);
        if (!getter) {
            const names = propertyPath.split('.');
            getter = obj => names.reduce((value, name) => value[name], obj);
            Element.PROP_GETTERS.set(propertyPath, getter);
        }
        return getter;
    }

    static getSetter(propertyPath) {
        let setter = Element.PROP_SETTERS.get(propertyPath);
        if (!setter) {
            const names = propertyPath.split('.');
            const last = names.pop();
            setter = (obj, v) => {
                names.reduce((value, name) => value[name], obj)[last] = v;
            };
            Element.PROP_SETTERS.set(propertyPath, setter);
        }
        return setter;
    }

`,
      },
    ],
  },
];

/**
 * Lightning core's source without `new Function`.
 *
 * @param id path of the file
 * @param source its content
 * @returns undefined for a file that compiles nothing
 * @throws Error for another version of a file than the one that was looked at
 */
export function withoutEval(id, source) {
  const file = id.split(path.sep).join('/');
  const known = modules.find((one) => file.endsWith(`@lightningjs/core/dist/src/${one.file}`));
  if (known === undefined) return undefined;
  if (createHash('sha256').update(source).digest('hex') !== known.sha256) {
    throw new Error(
      `@lightningjs/core has another ${known.file} than tools/build/lightning-without-eval.js was written for: compare the members there with the new source, and put in its SHA-256.`,
    );
  }
  return known.members.reduce((text, { from, to, code }) => {
    const start = text.indexOf(from);
    return text.slice(0, start) + code.slice(1) + text.slice(text.indexOf(to, start));
  }, source);
}
