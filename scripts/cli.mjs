import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgress } from './build-progress.mjs';
import { areReadable } from './carried-files.mjs';
import { beginCheck, startFast } from './fast-start.mjs';
import { install } from './install.mjs';
import { run, runQuietly } from './run.mjs';
import { pinnedNode, root, turbo } from './workspace.mjs';

const cliBundle = join(root, 'packages', 'cli', 'dist', 'hoist.mjs');

/**
 * Installs and builds what is out of date, if anything is, then becomes the `hoist` command. Our own output goes to stderr: stdout belongs
 * to the command.
 * @param {readonly string[]} args
 * @param {string} cwd where the user stands, so that paths in `args` mean what they typed
 * @returns {Promise<number>} the exit code
 */
export const hoist = async (args, cwd) => {
  // What hints name must work in a clone, where nobody has a program named hoist.
  process.env['HOIST_TYPED_AS'] = 'npx pnpm hoist';
  if (cwd === process.cwd() && (await startFast(args))) return Number(process.exitCode ?? 0);
  const checked = beginCheck();
  const installed = await install('hoist');
  if (installed !== 0) return installed;

  if (!existsSync(join(root, 'packages', 'cli', 'package.json'))) {
    console.error('There is no packages/cli in this checkout, so there is no "hoist" to start.');
    console.error('hint: check out a commit that has it; "git log -- packages/cli" lists them.');
    return 1;
  }
  if (!areReadable(join(root, 'fleet'))) {
    const check = join(root, 'packages', 'fleet', 'scripts', 'check.ts');
    const code = await run(pinnedNode, ['--no-warnings', check], { stdio: ['ignore', 2, 2] });
    if (code !== 0) return code;
  }
  const begun = process.uptime();
  const watch = buildProgress(console.error, () => process.uptime() - begun);
  if (!existsSync(cliBundle)) watch.begin();
  // Whole, and in groups: a part is printed once it is done.
  const build = ['run', 'build', '--filter=@flaghoist/cli...', '--log-order=grouped'];
  const built = await runQuietly(turbo, build, watch.told);
  if (built > 128)
    console.error(
      'The build was ended by a signal before it was done, so hoist is not started. The next call goes on.',
    );
  if (built !== 0) return built;
  if (!existsSync(cliBundle)) {
    console.error('The build of packages/cli did not write dist/hoist.mjs.');
    console.error('hint: its "build" script must write that file, and turbo.json must declare dist/** as the output.');
    return 1;
  }
  checked();
  // A world makes much short-lived garbage: a larger young generation halves what the collector has to copy. All else keeps
  // what it has read, such as a large file, and V8 would let its heap grow to several times of that before it collects.
  const heap = args[0] === 'up' ? '--max-semi-space-size=32' : '--heap-growing-percent=20';
  return run(pinnedNode, [heap, '--enable-source-maps', cliBundle, ...args], { cwd });
};
