import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs work that only one process may do at a time; others wait for it to end.
 *
 * @param lockFile marks that the work is being done; left behind by a killed process, it is taken
 *   over
 */
export async function oneAtATime<Result>(
  lockFile: string,
  work: () => Promise<Result>,
): Promise<Result> {
  mkdirSync(path.dirname(lockFile), { recursive: true });
  for (;;) {
    try {
      const file = openSync(lockFile, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch {
      await pause(200);
      try {
        const owner = Number(readFileSync(lockFile, 'utf8'));
        if (owner > 0 && !isRunning(owner)) rmSync(lockFile, { force: true });
      } catch {
        // Released this very moment: the next round gets it.
      }
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}
