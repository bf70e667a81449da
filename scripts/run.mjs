import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, workspaceEnvironment } from './workspace.mjs';

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
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
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

/**
 * Runs a program of whose output nobody wants to read anything unless it fails; then all of it goes to stderr.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export const runQuietly = async (command, args) => {
  const folder = mkdtempSync(join(tmpdir(), 'flaghoist-run-'));
  const file = join(folder, 'output');
  const output = openSync(file, 'w');
  try {
    const code = await run(command, args, { stdio: ['ignore', output, output] });
    if (code !== 0) process.stderr.write(readFileSync(file));
    return code;
  } finally {
    closeSync(output);
    rmSync(folder, { recursive: true });
  }
};
