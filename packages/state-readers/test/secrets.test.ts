import * as pulumi from '@pulumi/pulumi';
import * as z from 'zod/mini';
import { readConfiguration } from '../lib/configuration.ts';
import { environmentProgram } from '../lib/environment-program.ts';
import { environments, PARAMETER, sources, World } from './world.ts';

const [first] = environments;
const SECRET = 'a-password-that-nobody-may-read';
const place = `application/${first.name}/token`;

// No stack has a sensitive output today. This one stands for the first of them.
jest.mock('@flaghoist/stack-outputs/contract', () => {
  const actual = jest.requireActual('@flaghoist/stack-outputs/contract');
  const { application } = actual.contracts;
  const contract = { ...application, sensitive: z.object({ token: z.string() }) };
  return { ...actual, contracts: { ...actual.contracts, application: contract } };
});

const bring = async () => {
  const world = new World();
  await world.start(first.name);
  await world.apply(first, ({ stack }, outputs) => (stack === 'application' ? { ...outputs, token: SECRET } : outputs));
  const configuration = readConfiguration({ get: () => undefined } as unknown as pulumi.Config);
  const exported = await environmentProgram(first.name, sources, configuration);
  await pulumi.runtime.disconnect();
  return { world, exported };
};

it('exports a sensitive output as a secret, and in nothing else', async () => {
  const { exported } = await bring();
  expect(await pulumi.isSecret(exported.secrets)).toBe(true);
  expect(JSON.stringify([exported.record, exported.published])).not.toContain(SECRET);
  const values = await new Promise((resolve) => exported.secrets.apply(resolve));
  expect(values).toEqual({ [place]: SECRET });
});

it('publishes it as the one secure string', async () => {
  const made = (await bring()).world.of(PARAMETER);
  const secure = made.filter(({ inputs }) => inputs['type'] === 'SecureString');
  expect(secure.map(({ inputs }) => inputs)).toEqual([
    expect.objectContaining({ name: `/${first.name}/flaghoist/secrets/${place}`, value: JSON.stringify(SECRET) }),
  ]);
  expect(made.filter(({ inputs }) => JSON.stringify(inputs).includes(SECRET))).toEqual(secure);
});
