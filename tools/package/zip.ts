import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';
import type { PackedFile } from './packed-file.ts';

/**
 * Zips files so that the same files always give the same bytes.
 *
 * @param files with their paths inside the archive
 */
export async function zip(files: readonly PackedFile[]): Promise<Buffer> {
  const archive = new yazl.ZipFile();
  // A zip file's time has no zone: this is the same hour wherever it is made.
  const mtime = new Date(2000, 0, 1);
  for (const { name, content } of [...files].sort((one, other) =>
    one.name < other.name ? -1 : 1,
  )) {
    archive.addBuffer(content, name, {
      mtime,
      forceDosTimestamp: true,
      mode: 0o100644,
      compressionLevel: 9,
    });
  }
  archive.end();
  return buffer(archive.outputStream);
}
