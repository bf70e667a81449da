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
 * Runs a program whose standard output is its answer.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<string>} what it printed, also when it failed
 */
const answerOf = async (command, args) => {
  mkdirSync(runsDirectory, { recursive: true });
  const file = join(runsDirectory, 'answer.txt');
  const output = openSync(file, 'w');
  await run(command, args, { stdio: ['ignore', output, 2] });
  closeSync(output);
  return readFileSync(file, 'utf8');
};

/**
 * Fetches what the tests need and this machine lacks, and puts what is there into what turbo knows results by. What is
 * missing is named by each suite that needs it.
 */
const fetchTools = async () => {
  const options = ['--use-env-proxy', '--disable-warning=ExperimentalWarning'];
  const found = await answerOf(pinnedNode, [...options, toolsProgram]);
  process.env['FLAGHOIST_TOOLS'] = found.trim().split('\n').join(', ');
};

/** @returns {Promise<import('./tally.mjs').TurboSummary | undefined>} `undefined` when turbo refuses its configuration */
const readPlan = async () => {
  const text = await answerOf(turbo, ['run', ...tasks, '--dry=json']);
  return text.startsWith('{') ? JSON.parse(text) : undefined;
};

const main = async () => {
  const installed = await install();
  if (installed !== 0) {
    console.log('0 passed, 1 failed');
    return installed;
  }
  forgetEarlierRuns();
  await fetchTools();
  const plan = await readPlan();
  const exitCode = await run(turbo, ['run', ...tasks, '--continue', '--summarize', '--output-logs=new-only']);
  const summary = readSummary();
  const suites = plan === undefined || summary === undefined ? [] : countsOf(plan, summary, readResult);
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
