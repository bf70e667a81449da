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

it('refuses an account that another environment is in', async () => {
  const line = preview.replace('444444444444', '111111111111');
  expect(await copy.recipe(line)).toMatchObject({
    exitCode: exitCodes.refused,
    err: expect.stringContaining('preview is in account 111111111111, as dev is'),
  });
});
