import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Fills a folder beside `target` and then, in one step, makes `target` a link to it. So `target` is whole or absent,
 * also when the installation is interrupted; of two processes at once the first to finish wins.
 */
export const installOnce = async (target: string, fill: (directory: string) => Promise<void>): Promise<void> => {
  if (existsSync(target)) return;
  // What is left there is a link to a folder that somebody deleted.
  rmSync(target, { force: true });
  mkdirSync(dirname(target), { recursive: true });
  const directory = mkdtempSync(`${target}.`);
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await fill(directory);
    symlinkSync(basename(directory), target);
  } catch (error) {
    remove();
    if (!existsSync(target)) throw error;
  } finally {
    process.off('exit', remove);
  }
};
