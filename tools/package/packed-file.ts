import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A file on its way into a package. */
export interface PackedFile {
  /** Path inside the package, with slashes. */
  name: string;
  content: Buffer;
}

/** Every file below a folder, in the order of their paths. */
export function filesBelow(folder: string): readonly PackedFile[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({
      name: path.relative(folder, file).split(path.sep).join('/'),
      content: readFileSync(file),
    }));
}
