import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { buildApp } from '../tools/build/build.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the built site. */
    site: string;
  }
}

/** Builds the site once for every whole-app test. */
export default async function setup(project: TestProject): Promise<void> {
  const { outDir } = await buildApp({ outDir: path.join(root, '.cache', 'test-site') });
  project.provide('site', outDir);
}
