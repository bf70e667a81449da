import { join } from 'node:path';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { environmentRecord, environmentRecordSchema, type ReadState } from '../lib/environment-record.ts';
import { fleetRecord } from '../lib/fleet-record.ts';
import { parametersOf, publishedOf } from '../lib/parameters.ts';
import { sampleStates } from './samples.ts';

const sources = join(__dirname, '..', '..', '..', 'infra-tf', 'lib');
const environments = readEnvironments(fleetBeside(sources));
const [first, second, third] = environments as readonly [Environment, Environment, Environment];

const statesOf = (environment: Environment): Promise<readonly ReadState[]> => {
  const place = environments.indexOf(environment);
  return sampleStates(sources, environment, {
    application: `10.${16 + place}.0.0/16`,
    flags: (index) => `10.${32 + place * 16 + index}.0.0/16`,
  });
};

const outputsOf = async (environment: Environment, change: (state: ReadState) => ReadState = (state) => state) =>
  environmentRecord(environment, (await statesOf(environment)).map(change));

/** The same state, but for some of its outputs. */
const changed =
  (stack: string, outputs: Readonly<Record<string, unknown>>) =>
  (state: ReadState): ReadState =>
    state.address.stack === stack ? { ...state, outputs: { ...(state.outputs as object), ...outputs } } : state;

it('says of each region of an environment what others need', async () => {
  const { record, secrets } = await outputsOf(first);
  const { name, region, account } = first;
  expect(environmentRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  expect(secrets).toEqual({});
  expect(Object.keys(record.regions).sort()).toEqual([...(first.regions ?? [])].sort());
  expect(record.regions[region]).toMatchObject({
    part: 'home',
    topics: { 'flag-changes': `arn:aws:sns:${region}:${account}:${name}-hoist-topic-flag-changes-a1` },
    cache: { host: expect.stringMatching(`^caches\\.[a-z]+\\.${region}\\.cache\\.amazonaws\\.com$`), port: 6379 },
    streams: { flags: expect.stringContaining(`:${region}:`) },
    network: { cidrBlock: '10.32.0.0/16' },
  });
  expect(record.release).toEqual({
    imageDigest: expect.stringMatching(/^sha256:/),
    versions: expect.objectContaining({ [`flags-region/${name}-${region}`]: 1, [`application/${name}`]: 1 }),
  });
});

it('refuses outputs that are not what the contract says', async () => {
  await expect(outputsOf(first, changed('region-foundation', { topic_arns: null }))).rejects.toThrow(
    /stack region-foundation, workspace .*, output topic_arns: /,
  );
});

it('publishes each part under the environment, and knows where', async () => {
  const outputs = { ...(await outputsOf(first)), secrets: { 'application/blue/token': 'abc' } };
  const parameters = parametersOf(outputs);
  const prefix = `/${first.name}/flaghoist/`;
  expect(parameters.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      `${prefix}environment`,
      `${prefix}endpoints`,
      `${prefix}regions/${first.region}`,
      `${prefix}regions/${first.region}/agents/cell-1`,
    ]),
  );
  expect(parameters.filter(({ secret }) => secret)).toEqual([
    {
      path: `${prefix}secrets/application/blue/token`,
      key: 'secrets/application/blue/token',
      value: '"abc"',
      secret: true,
    },
  ]);
  expect(publishedOf(outputs)).toContainEqual({
    path: `${prefix}endpoints`,
    arn: `arn:aws:ssm:${first.region}:${first.account}:parameter${prefix}endpoints`,
  });
});

it('publishes whose the record is and of which form, and what version each state is of', async () => {
  const outputs = await outputsOf(first);
  const published = parametersOf(outputs).map(({ key, value }) => [key, JSON.parse(value)]);
  const { schema, account, environment, upstream, release } = outputs.record;
  expect(published).toContainEqual(['environment', { schema, environment, account, upstream }]);
  expect(published).toContainEqual(['release', release]);
});

it('refuses a parameter that is longer than fits, by its path', async () => {
  const outputs = { ...(await outputsOf(first)), secrets: { long: 'x'.repeat(8191) } };
  expect(() => parametersOf(outputs)).toThrow(
    `the parameter /${first.name}/flaghoist/secrets/long would have 8193 bytes`,
  );
});

it('digests outputs alike in environments that differ in name, account, regions and ids only', async () => {
  const { equality } = fleetRecord([(await outputsOf(first)).record, (await outputsOf(second)).record]);
  const unequal = Object.entries(equality).flatMap(([output, { equal }]) => (equal ? [] : [output]));
  // Ranges of networks are the one thing that each environment has to itself.
  expect(unequal).toEqual([
    'application.network_cidr_blocks',
    'application.vpc_cidr_block',
    'region-foundation.vpc_cidr_block',
  ]);
});

it('tells an output that differs in one environment', async () => {
  const other = changed('region-foundation', { artifacts_bucket: 'somebody-elses' });
  const { equality } = fleetRecord([(await outputsOf(first)).record, (await outputsOf(second, other)).record]);
  expect(equality['region-foundation.artifacts_bucket']?.equal).toBe(false);
  expect(equality['region-foundation.key_arn']?.equal).toBe(true);
});

it('says who runs what the environment before it runs', async () => {
  const newer = changed('application', { image_digest: 'sha256:new' });
  const records = [
    (await outputsOf(first, newer)).record,
    (await outputsOf(second)).record,
    (await outputsOf(third)).record,
  ];
  expect(fleetRecord(records).promotion.map(({ environment, asUpstream }) => [environment, asUpstream])).toEqual([
    [first.name, null],
    [second.name, false],
    [third.name, true],
  ]);
});

it('finds networks that share addresses, whichever holds the other', async () => {
  const inside = changed('application', { vpc_cidr_block: '10.16.128.0/20' });
  const { overlaps } = fleetRecord([(await outputsOf(first)).record, (await outputsOf(second, inside)).record]);
  expect(overlaps).toEqual([
    {
      one: { environment: first.name, region: first.region, of: 'application', cidrBlock: '10.16.0.0/16' },
      other: { environment: second.name, region: second.region, of: 'application', cidrBlock: '10.16.128.0/20' },
    },
  ]);
  const [outer, inner] = [(await outputsOf(first)).record, (await outputsOf(second, inside)).record];
  expect(fleetRecord([inner, outer]).overlaps).toHaveLength(1);
  const same = changed('application', { vpc_cidr_block: '10.16.0.0/16' });
  expect(fleetRecord([outer, (await outputsOf(second, same)).record]).overlaps).toHaveLength(1);
  expect(fleetRecord([(await outputsOf(first)).record, (await outputsOf(second)).record]).overlaps).toEqual([]);
});

it('says which environments a region has', async () => {
  const { regions } = fleetRecord([(await outputsOf(second)).record, (await outputsOf(third)).record]);
  expect(regions[second.region]).toEqual([second.name, third.name]);
  expect(Object.keys(regions)).toHaveLength(Object.keys((await outputsOf(third)).record.regions).length);
});

it('names states that an older version has applied', async () => {
  const newer = changed('flags-global', { state_version: 2 });
  const { lagging } = fleetRecord([(await outputsOf(first, newer)).record, (await outputsOf(second)).record]);
  expect(lagging).toEqual([{ environment: second.name, state: `flags-global/${second.name}`, version: 1, newest: 2 }]);
});
