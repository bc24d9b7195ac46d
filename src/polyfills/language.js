"use strict";
/**
 * What ky and this app use of the language that TV engines back to Chromium 38 do not have. Each is
 * added only where it is missing, and does no more than is used.
 */
function add(target, name, value) {
    if (name in target)
        return;
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
const scope = Function('return this')();
add(scope, 'globalThis', scope);
add(Object, 'assign', (target, ...sources) => {
    for (const source of sources) {
        if (source)
            for (const name of Object.keys(source))
                target[name] = source[name];
    }
    return target;
});
add(Object, 'values', (object) => Object.keys(object).map((name) => object[name]));
add(Object, 'entries', (object) => Object.keys(object).map((name) => [name, object[name]]));
add(Object, 'fromEntries', (entries) => {
    const object = {};
    for (const [name, value] of Array.from(entries))
        object[name] = value;
    return object;
});
add(Object, 'hasOwn', (object, name) => Object.prototype.hasOwnProperty.call(object, name));
add(Array, 'from', (source, map) => {
    const list = [];
    const iterator = typeof Symbol === 'undefined' ? undefined : source[Symbol.iterator];
    if (iterator === undefined) {
        for (let index = 0; index < source.length; index++)
            list.push(source[index]);
    }
    else {
        const steps = iterator.call(source);
        for (let step = steps.next(); !step.done; step = steps.next())
            list.push(step.value);
    }
    return map === undefined ? list : list.map(map);
});
add(Array.prototype, 'find', function find(test) {
    return this.filter(test)[0];
});
add(Array.prototype, 'findIndex', function findIndex(test) {
    for (let index = 0; index < this.length; index++)
        if (test(this[index]))
            return index;
    return -1;
});
add(Array.prototype, 'includes', function includes(value) {
    return this.some((one) => one === value || (Number.isNaN(one) && Number.isNaN(value)));
});
add(Array.prototype, 'fill', function fill(value, from = 0, to = this.length) {
    for (let index = from; index < to; index++)
        this[index] = value;
    return this;
});
add(String.prototype, 'includes', function includes(part) {
    return this.indexOf(part) >= 0;
});
add(String.prototype, 'startsWith', function startsWith(part) {
    return this.slice(0, part.length) === part;
});
add(String.prototype, 'endsWith', function endsWith(part) {
    return part === '' || this.slice(-part.length) === part;
});
add(String.prototype, 'repeat', function repeat(times) {
    return new Array(times + 1).join(this);
});
add(String.prototype, 'padStart', function padStart(length, filler = ' ') {
    let padded = String(this);
    while (padded.length < length)
        padded = filler + padded;
    return padded;
});
add(Promise.prototype, 'finally', function atTheEnd(work) {
    return this.then((value) => Promise.resolve(work()).then(() => value), (error) => Promise.resolve(work()).then(() => {
        throw error;
    }));
});
