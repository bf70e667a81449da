import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const outages = (...args: readonly string[]) => {
  const script = join(__dirname, '..', 'scripts', 'outages.ts');
  return spawnSync(process.execPath, ['--no-warnings', script, ...args], { encoding: 'utf8' });
};

it.each([
  [['acccept'], /FH_INVALID_INPUT: .*there is no such outage\nhint: .*"\S+ · \S+", and one of 3, 20, /],
  [['--seconds', '7'], /there is no such outage\nhint: /],
  [['--sail'], /Unknown option '--sail'.*\nhint: pnpm outages \[/],
])('is no yes where %j chooses nothing, and says what there is', (args, message) => {
  const { status, stdout, stderr } = outages(...args);
  expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  expect(stderr).toMatch(message);
});
