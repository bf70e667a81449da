import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { install } from './install.mjs';
import { run } from './run.mjs';
import { countsOf, failuresOf, table, total } from './tally.mjs';
import { memberDirectories, pnpm, root, turbo } from './workspace.mjs';

/** What needs no tool, and is done while they are fetched. */
const withoutTools = ['lint', 'knip', 'typecheck', 'typecheck:workspace', 'build'];
/** What may need one: turbo knows its results by what was found, so it begins when that is known. */
const withTools = ['test', 'test:workspace'];
/**
 * The stories on emulators wait for servers most of the time, and turbo, which knows no priorities, begins them last: they run
 * beside everything else, one after the other. The last one reads what the first leaves.
 */
const stories = ['@flaghoist/emulator', '@flaghoist/flags-emulator', '@flaghoist/state-readers'];
const storiesOnly = ['test', ...stories.map((name) => `--filter=${name}`), '--concurrency=1'];
const allButStories = [...withTools, ...stories.map((name) => `--filter=!${name}`)];
const runsDirectory = join(root, '.turbo', 'runs');

/** Yesterday's counts must not stand in for a suite that did not run today. turbo brings cached ones back. */
const forgetEarlierRuns = () => {
  for (const directory of ['', ...memberDirectories()]) {
    rmSync(join(root, directory, '.results'), { recursive: true, force: true });
  }
  rmSync(runsDirectory, { recursive: true, force: true });
};

/**
 * Of all runs of turbo together.
 *
 * @returns {import('./tally.mjs').TurboSummary}
 */
const readSummary = () => ({
  tasks: readdirSync(runsDirectory)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => JSON.parse(readFileSync(join(runsDirectory, name), 'utf8')).tasks),
});

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
  const file = join(runsDirectory, 'answer.txt');
  const output = openSync(file, 'w');
  await run(command, args, { stdio: ['ignore', output, 2] });
  closeSync(output);
  return readFileSync(file, 'utf8');
};

/**
 * Fetches what the tests need and this machine lacks. What is missing is named by each suite that needs it.
 *
 * @returns {Promise<string>} what is there in the end, with versions
 */
const fetchTools = async () => {
  const found = await answerOf(pnpm, ['--silent', '--filter', '@flaghoist/tools', 'run', 'tools']);
  return found.trim().split('\n').join(', ');
};

/** @returns {Promise<import('./tally.mjs').TurboSummary | undefined>} `undefined` when turbo refuses its configuration */
const readPlan = async () => {
  const text = await answerOf(turbo, ['run', ...withoutTools, ...withTools, '--dry=json']);
  return text.startsWith('{') ? JSON.parse(text) : undefined;
};

const WITHOUT_PULUMI =
  "skipped: the Pulumi program in Pulumi's own command line, which is not on this machine. npm run test:pulumi builds it, once per machine, in 8 to 25 minutes, and runs these tests; a release needs them.";

let stopped = false;

/**
 * @param {readonly string[]} tasks with turbo's options for them
 * @returns {Promise<number>} the exit code; that of a failure once somebody has stopped us
 */
const runTasks = async (tasks) =>
  stopped ? 1 : run(turbo, ['run', ...tasks, '--continue', '--summarize', '--output-logs=new-only']);

const main = async () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => (stopped = true));
  const installed = await install('all');
  if (installed !== 0) {
    console.log('0 passed, 1 failed');
    return installed;
  }
  forgetEarlierRuns();
  mkdirSync(runsDirectory, { recursive: true });
  const plan = await readPlan();
  const [tools, first] = await Promise.all([fetchTools(), runTasks(withoutTools)]);
  process.env['FLAGHOIST_TOOLS'] = tools;
  const exitCodes = [first, ...(await Promise.all([runTasks(storiesOnly), runTasks(allButStories)]))];
  const suites = plan === undefined ? [] : countsOf(plan, readSummary(), readResult);
  // turbo may fail before it runs anything (a broken turbo.json), or count a failure that no suite shows.
  if (suites.length === 0 || (Math.max(...exitCodes) > 0 && suites.every(({ failed }) => failed === 0))) {
    suites.push({ name: 'turbo', passed: 0, failed: 1, skipped: 0, seconds: 0, failures: [] });
  }
  console.log(`\n${table(suites)}\n`);
  const failures = failuresOf(suites);
  if (failures !== '') console.log(`${failures}\n`);
  if (!/\bpulumi /.test(tools)) console.log(`${WITHOUT_PULUMI}\n`);
  const { passed, failed, skipped } = total(suites);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? 1 : 0;
};

process.exitCode = await main();
