/*
 * The formats inside an .ipk: an `ar` archive of gzipped `tar` archives. Only as much as is needed
 * to write one without the time and the machine in it, and to read it in tests.
 */

/** A member of an `ar` archive. */
export interface ArMember {
  name: string;
  content: Buffer;
}

/** An entry of a `tar` archive. */
export interface TarEntry {
  /** Path, with a slash at the end when it is a folder. */
  name: string;
  content: Buffer;
}

const arMagic = '!<arch>\n';
const block = 512;

/** @throws Error when this is no `ar` archive */
export function readAr(archive: Buffer): readonly ArMember[] {
  if (archive.toString('latin1', 0, arMagic.length) !== arMagic) {
    throw new Error('This is no ar archive.');
  }
  const members: ArMember[] = [];
  let at = arMagic.length;
  while (at + 60 <= archive.length) {
    const header = archive.toString('latin1', at, at + 60);
    const size = Number(header.slice(48, 58));
    at += 60;
    members.push({
      name: header.slice(0, 16).trim().replace(/\/$/, ''),
      content: archive.subarray(at, at + size),
    });
    at += size + (size % 2);
  }
  return members;
}

/** Writes an `ar` archive whose bytes depend on nothing but its members. */
export function writeAr(members: readonly ArMember[]): Buffer {
  const parts: Buffer[] = [Buffer.from(arMagic, 'latin1')];
  for (const { name, content } of members) {
    const fields = [name.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6)];
    const header = `${fields.join('')}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`;
    parts.push(Buffer.from(header, 'latin1'), content);
    if (content.length % 2 === 1) parts.push(Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}

const text = (header: Buffer, from: number, length: number) =>
  header.toString('utf8', from, from + length).replace(/\0.*$/s, '');

/** Reads a `tar` archive without extensions, as an .ipk has it. */
export function readTar(archive: Buffer): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  let at = 0;
  while (at + block <= archive.length && archive[at] !== 0) {
    const header = archive.subarray(at, at + block);
    const type = text(header, 156, 1);
    if (!['', '0', '5'].includes(type)) {
      throw new Error(`The tar archive holds an entry of the unexpected type ${type}.`);
    }
    const size = Number.parseInt(text(header, 124, 12), 8) || 0;
    const folder = text(header, 345, 155);
    const name = `${folder === '' ? '' : `${folder}/`}${text(header, 0, 100)}`;
    entries.push({
      name: type === '5' && !name.endsWith('/') ? `${name}/` : name,
      content: archive.subarray(at + block, at + block + size),
    });
    at += block + Math.ceil(size / block) * block;
  }
  return entries;
}

function splitName(name: string): { name: string; prefix: string } {
  if (Buffer.byteLength(name) <= 100) return { name, prefix: '' };
  const slash = name.indexOf('/', name.length - 100);
  const parts = { name: name.slice(slash + 1), prefix: name.slice(0, slash) };
  if (slash < 0 || parts.prefix.length > 155) throw new Error(`The path ${name} is too long.`);
  return parts;
}

/** Writes a `tar` archive, sorted by path, whose bytes depend on nothing but its entries. */
export function writeTar(entries: readonly TarEntry[]): Buffer {
  const parts: Buffer[] = [];
  const sorted = [...entries].sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const { name, content } of sorted) {
    const isFolder = name.endsWith('/');
    const header = Buffer.alloc(block);
    const split = splitName(name);
    const octal = (value: number, at: number, length: number) =>
      header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
    header.write(split.name, 0, 'utf8');
    octal(isFolder ? 0o755 : 0o644, 100, 8);
    octal(0, 108, 8);
    octal(0, 116, 8);
    octal(content.length, 124, 12);
    octal(0, 136, 12);
    header.write(' '.repeat(8), 148, 'latin1');
    header.write(isFolder ? '5' : '0', 156, 'latin1');
    header.write('ustar\u000000', 257, 'latin1');
    header.write(split.prefix, 345, 'utf8');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    parts.push(header, content);
    parts.push(Buffer.alloc((block - (content.length % block)) % block));
  }
  parts.push(Buffer.alloc(2 * block));
  return Buffer.concat(parts);
}
