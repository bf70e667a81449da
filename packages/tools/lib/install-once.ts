import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ToolMissingError } from './errors.ts';

/**
 * Fills a folder beside `target` and then, in one step, makes `target` a link to it. So `target` is whole or absent,
 * also when the installation is interrupted; of two processes at once the first to finish wins. What is there and no
 * longer works, as after an update of the system or a full disk, is replaced in one step as well.
 * @param works whether what is at `target` can be used
 * @throws {ToolMissingError} when the cache cannot be written
 */
export const installOnce = async (
  target: string,
  fill: (directory: string) => Promise<void>,
  works: () => boolean = () => existsSync(target),
): Promise<void> => {
  if (works()) return;
  const directory = made(target);
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const before = existsSync(target) ? realpathSync(target) : undefined;
  process.once('exit', remove);
  try {
    await fill(directory);
    if (works()) {
      remove();
      return;
    }
    // Renamed over what is there, so that there is no moment without a link.
    symlinkSync(basename(directory), `${directory}.link`);
    renameSync(`${directory}.link`, target);
    if (before !== undefined) rmSync(before, { recursive: true, force: true });
  } catch (error) {
    remove();
    if (!works()) throw isOfTheSystem(error) ? unwritable(target, error) : error;
  } finally {
    process.off('exit', remove);
  }
};

const made = (target: string): string => {
  try {
    mkdirSync(dirname(target), { recursive: true });
    return mkdtempSync(`${target}.`);
  } catch (error) {
    throw unwritable(target, error);
  }
};

const isOfTheSystem = (error: unknown): boolean => typeof error === 'object' && error !== null && 'syscall' in error;

const unwritable = (target: string, cause: unknown): ToolMissingError =>
  new ToolMissingError(
    `${target} cannot be written: ${String(cause)}`,
    'Make room there, or name a folder that you may write with FLAGHOIST_CACHE.',
    cause,
  );
