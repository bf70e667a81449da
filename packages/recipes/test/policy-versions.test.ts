import { exitCodes } from '../lib/program.ts';
import { copyFleet } from './support/fleet-copy.ts';

let copy: ReturnType<typeof copyFleet>;
beforeEach(() => {
  copy = copyFleet();
});
afterEach(() => copy.remove());

const recipe = (line: string) => copy.recipe(line);

const preview = 'environment preview --account 444444444444 --region eu-west-2 --replica-region eu-west-1 --after dev';
const region = 'region eu-north-1 --residency eu';
const versions = (): readonly string[] =>
  copy.namesIn('fleet/policies').filter((file) => /^(dev|preview|staging|prod)\.v/.test(file));

it('names policy versions in the order in which a change passes their environments, and says what POLICY is', async () => {
  const { exitCode, out } = await recipe(region);
  expect(exitCode).toBe(exitCodes.ok);
  expect(out).toMatch(
    /set POLICY of one environment after the other: dev\.v\d+, staging\.v\d+, prod\.v\d+\. POLICY is the/,
  );
  expect(out).toMatch(/--policy fleet\/policies\/dev\.v\d+\.json/);
});

it('edits a version that was not released, so two recipes share one', async () => {
  await recipe(region);
  const after = versions();
  const { exitCode, out } = await recipe(preview);
  expect(exitCode).toBe(exitCodes.ok);
  expect(out).toMatch(/one environment after the other: dev\.v\d+, preview\.v1, staging\.v\d+, prod\.v\d+\./);
  expect(versions()).toEqual([...after, 'preview.v1.json'].sort());
});

it.each([
  ['environment green', '--account, --region, --replica-region are missing'],
  [
    'environment green --account 44 --region mars --replica-region eu-west-1',
    '--region is "mars": must be a region, for example "eu-west-1"; --account is "44": must be the 12 digits of an account',
  ],
  [
    'environment green --account 444444444444 --region eu-west-1 --replica-region eu-west-1',
    '--region and --replica-region are both eu-west-1',
  ],
  ['region mars-1 --residency eu', 'the name is "mars-1": must be a region, such as "eu-north-1"'],
])('pnpm new %s: names what was typed, not a line that nobody has written', async (line, says) => {
  const before = versions();
  expect(await recipe(line)).toMatchObject({ exitCode: exitCodes.wrongUse, err: expect.stringContaining(says) });
  expect(versions()).toEqual(before);
});

it('says of a line that only the recipe would have written that nothing was', async () => {
  const { err } = await recipe('service boats --owner team-card');
  expect(err).toContain('hint: Nothing was written: the lines are those that the recipe would have left.');
});
