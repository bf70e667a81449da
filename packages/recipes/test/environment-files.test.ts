import { exitCodes } from '../lib/program.ts';
import { copyFleet, environmentsFolder } from './support/fleet-copy.ts';

const preview = 'environment preview --account 444444444444 --region eu-west-2 --replica-region eu-west-1 --after dev';

let copy: ReturnType<typeof copyFleet>;
beforeEach(() => {
  copy = copyFleet();
});
afterEach(() => copy.remove());

const written = (ending: string): string => copy.read(`${environmentsFolder}/preview.${ending}`);

it('gives a new environment its inputs, and both files of its backend', async () => {
  expect(await copy.recipe(preview)).toMatchObject({ exitCode: exitCodes.ok });
  expect(written('tfvars')).toMatch(/^environment += "preview"$/m);
  expect(written('s3.tfbackend')).toMatch(/workspace_key_prefix += "444444444444"/);
  expect(written('s3.tfbackend')).toContain('"arn:aws:iam::444444444444:role/flaghoist-deployment"');
});

it('names the role that looks for drift as its own stack will', async () => {
  await copy.recipe(preview);
  expect(written('drift.tfbackend')).toMatch(/workspace_key_prefix += "444444444444"/);
  expect(written('drift.tfbackend')).toContain('"arn:aws:iam::444444444444:role/preview-flags-role-drift-euw2-a1"');
});

it('lets nobody look for drift who does not do so in the environment before', async () => {
  copy.delete(`${environmentsFolder}/dev.drift.tfbackend`);
  expect(await copy.recipe(preview)).toMatchObject({ exitCode: exitCodes.ok });
  expect(copy.namesIn(environmentsFolder).filter((file) => file.startsWith('preview.'))).toEqual([
    'preview.s3.tfbackend',
    'preview.tfvars',
  ]);
});

it('gives the flags of a new environment home and standby, ranges that nobody has, and its own policy', async () => {
  await copy.recipe(preview);
  const flags = (stack: string): string => copy.read(`infra-tf/lib/stacks/${stack}/environments/preview.tfvars`);
  expect(copy.read('fleet/environments.json')).toMatch(/"regions": \[\s*"eu-west-2",\s*"eu-west-1"\s*\]/);
  expect(flags('flags-region')).toMatch(/^policy += "preview\.v1"$/m);
  const [, one, other] =
    /^cidr_blocks = \{\n {2}eu-west-2 = "(\S+)"\n {2}eu-west-1 = "(\S+)"\n\}$/m.exec(flags('region-foundation')) ?? [];
  const own = /^vpc_cidr_block += "(\S+)"$/m.exec(written('tfvars'))?.[1];
  const ranges = [own, one, other];
  expect(new Set(ranges).size).toBe(3);
  const others = ['dev', 'staging', 'prod'].map((name) =>
    copy.read(`infra-tf/lib/stacks/region-foundation/environments/${name}.tfvars`),
  );
  expect(others.filter((text) => ranges.some((range) => text.includes(`"${range}"`)))).toEqual([]);
});

it('refuses an account that another environment is in', async () => {
  const line = preview.replace('444444444444', '111111111111');
  expect(await copy.recipe(line)).toMatchObject({
    exitCode: exitCodes.refused,
    err: expect.stringContaining('preview is in account 111111111111, as dev is'),
  });
});
