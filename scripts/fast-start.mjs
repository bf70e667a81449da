import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { memberDirectories, root } from './workspace.mjs';

const dist = join(root, 'packages', 'cli', 'dist');
const bundle = join(dist, 'hoist.mjs');
const inputs = join(dist, 'inputs.txt');
/** What is older than this file was installed and built. */
const stamp = join(root, '.turbo', 'hoist-checked');

/** The oldest Node under which hoist runs in this very process. */
const OLDEST = { major: 22, minor: 13 };

/** Those that need a larger heap, or zips and other things that only the whole build makes. */
const ownProcess = new Set(['up', 'validate', 'parity', 'drift', 'waves', 'outputs', 'quota', 'cost']);

const isNewEnough = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
};

const areOlder = (/** @type {readonly string[]} */ files, /** @type {number} */ than) =>
  files.every(
    (file) => (statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY) < than,
  );

/** Whether nothing that the bundle is made of has changed since all was installed and built. */
const isUpToDate = () => {
  const checkedAt = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs;
  if (checkedAt === undefined || statSync(bundle, { throwIfNoEntry: false }) === undefined) return false;
  const manifests = ['', ...memberDirectories()].map((member) => join(member, 'package.json'));
  const made = readFileSync(inputs, 'utf8').trimEnd().split('\n');
  return areOlder(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests, ...made], checkedAt);
};

/**
 * Marks that all is about to be looked at.
 *
 * @returns {() => void} to be called once everything is installed and built; what was edited since the mark is looked at again
 */
export const beginCheck = () => {
  const mark = join(root, '.turbo', `hoist-${process.pid}`);
  mkdirSync(join(root, '.turbo'), { recursive: true });
  writeFileSync(mark, '');
  return () => renameSync(mark, stamp);
};

/**
 * Runs a command in this process, when nothing has to be built for it.
 *
 * @param {readonly string[]} args
 * @returns {Promise<boolean>} whether it was run; its exit code is the process's
 */
export const startFast = async (args) => {
  const word = args.find((arg) => !arg.startsWith('-')) ?? '';
  if (!isNewEnough() || ownProcess.has(word) || !isUpToDate()) return false;
  process.argv = [process.execPath, bundle, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(bundle).href);
  return true;
};
