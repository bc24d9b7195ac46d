/*
 * The console's address is the state: levers that stay are parameters, what happens once is in the
 * list `do=STEP.STEP`. A step is `name` or `name:screen`, and waits until the TV shows that screen.
 */

const stepPattern = /^([\w-]+)(?::([\w-]+))?$/;

/** Reads an address's query. Steps that make no sense are left out. */
export function readLink(search) {
  const params = new URLSearchParams(search);
  const steps = (params.get('do') ?? '').split('.').flatMap((text) => {
    const [, name, screen] = stepPattern.exec(text) ?? [];
    return name === undefined ? [] : [{ name, screen }];
  });
  params.delete('do');
  return { params: new Map(params), steps };
}

/** Writes an address's query; empty when all is normal. */
export function writeLink({ params, steps }) {
  const query = new URLSearchParams([...params]).toString();
  const list = steps.map(({ name, screen }) => (screen ? `${name}:${screen}` : name)).join('.');
  const parts = [query, list === '' ? '' : `do=${list}`].filter((part) => part !== '');
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
