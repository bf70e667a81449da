import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { install } from './install.mjs';
import { run } from './run.mjs';
import { countsOf, table, total } from './tally.mjs';
import { memberDirectories, pinnedNode, root, turbo } from './workspace.mjs';

const tasks = ['lint', 'knip', 'typecheck', 'typecheck:workspace', 'build', 'test', 'test:workspace'];
const runsDirectory = join(root, '.turbo', 'runs');
const toolsProgram = join(root, 'packages', 'tools', 'lib', 'main.ts');

/** Yesterday's counts must not stand in for a suite that did not run today. turbo brings cached ones back. */
const forgetEarlierRuns = () => {
  for (const directory of ['', ...memberDirectories()]) {
    rmSync(join(root, directory, '.results'), { recursive: true, force: true });
  }
  rmSync(runsDirectory, { recursive: true, force: true });
};

/** @returns {import('./tally.mjs').TurboSummary | undefined} */
const readSummary = () => {
  const file = existsSync(runsDirectory)
    ? readdirSync(runsDirectory).find((name) => name.endsWith('.json'))
    : undefined;
  return file === undefined ? undefined : JSON.parse(readFileSync(join(runsDirectory, file), 'utf8'));
};

/** @param {string} directory relative to the root */
const readResult = (directory) => {
  const file = join(root, directory, '.results', 'counts.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
};

/**
 * Fetches what the tests need and this machine lacks, and puts what is there into what turbo knows results by. What is
 * missing is named by each suite that needs it.
 */
const fetchTools = async () => {
  mkdirSync(runsDirectory, { recursive: true });
  const file = join(runsDirectory, 'tools.txt');
  const output = openSync(file, 'w');
  await run(pinnedNode, ['--use-env-proxy', '--disable-warning=ExperimentalWarning', toolsProgram], {
    stdio: ['ignore', output, 2],
  });
  closeSync(output);
  process.env['FLAGHOIST_TOOLS'] = readFileSync(file, 'utf8').trim().split('\n').join(', ');
};

const main = async () => {
  const installed = await install();
  if (installed !== 0) {
    console.log('0 passed, 1 failed');
    return installed;
  }
  forgetEarlierRuns();
  await fetchTools();
  const exitCode = await run(turbo, ['run', ...tasks, '--continue', '--summarize', '--output-logs=new-only']);
  const summary = readSummary();
  const suites = summary === undefined ? [] : countsOf(summary, readResult);
  // turbo may fail before it runs anything (a broken turbo.json), or count a failure that no suite shows.
  if (suites.length === 0 || (exitCode !== 0 && suites.every(({ failed }) => failed === 0))) {
    suites.push({ name: 'turbo', passed: 0, failed: 1, skipped: 0, seconds: 0 });
  }
  console.log(`\n${table(suites)}\n`);
  const { passed, failed, skipped } = total(suites);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? 1 : 0;
};

process.exitCode = await main();
