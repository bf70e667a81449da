import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, unwatchFile, watchFile } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, workspaceEnvironment } from './workspace.mjs';

/** @type {NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in the workspace's environment and waits for it.
 *
 * A signal to us is passed on, and we end only when the child has: it may have a journal to close. (From a terminal Ctrl-C
 * reaches both at once; a second SIGINT to the child would cut its farewell short, so SIGINT is only waited for then.)
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ stdio?: import('node:child_process').StdioOptions, cwd?: string }} [options]
 * @returns {Promise<number>} the exit code; 128 + signal when a signal ended it, as shells do
 */
export const run = (command, args, { stdio = 'inherit', cwd = root } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio, env: workspaceEnvironment() });
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    for (const signal of signals) process.on(signal, forward);
    const end = (/** @type {number} */ code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`Could not start ${command}: ${error.message}`);
      end(127);
    });
    child.on('exit', (code, signal) => end(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });

/** How often it is looked whether something was printed, for who waits. */
const WATCH_MS = 500;

/**
 * Runs a program of whose output nobody wants to read anything unless it fails; then all of it goes to stderr.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {(printed: string) => void} [watch] gets all that it has printed so far, when that has become more
 * @returns {Promise<number>} the exit code; 128 + signal when one was sent to us meanwhile, also where the program then ended with 0: it
 *   has not done all that it was to do
 */
export const runQuietly = async (command, args, watch) => {
  const folder = mkdtempSync(join(tmpdir(), 'flaghoist-run-'));
  const file = join(folder, 'output');
  const output = openSync(file, 'w');
  let interruptedBy = 0;
  const note = (/** @type {NodeJS.Signals} */ signal) => {
    interruptedBy ||= 128 + constants.signals[signal];
  };
  for (const signal of signals) process.on(signal, note);
  if (watch) watchFile(file, { interval: WATCH_MS }, () => watch(readFileSync(file, 'utf8')));
  try {
    const ended = await run(command, args, { stdio: ['ignore', output, output] });
    const code = ended === 0 ? interruptedBy : ended;
    if (code !== 0) process.stderr.write(readFileSync(file));
    return code;
  } finally {
    unwatchFile(file);
    for (const signal of signals) process.off(signal, note);
    closeSync(output);
    rmSync(folder, { recursive: true });
  }
};
