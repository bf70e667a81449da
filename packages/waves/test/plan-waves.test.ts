import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import { applyWaves } from '../lib/apply-waves.ts';
import { ACCEPTING, FOUNDATION_KEY, flagsOf, foundationOf, globalOf, partName } from '../lib/part.ts';
import { entriesOf } from '../lib/record.ts';
import { layoutOf, planOf, World } from './support/world.ts';

const [home, standby, third] = layoutOf(3).regions as [string, string, string];

const applied = async (world: World, record: Awaited<ReturnType<typeof planOf>>, only: readonly string[] = []) =>
  applyWaves({
    work: world,
    record,
    gate: undefined,
    only,
    atOnce: 2,
    signal: new AbortController().signal,
    onEvent: () => {},
  });

const published = { home, version: 8, inUse: [home, standby] };

describe('a region that goes', () => {
  const layout = layoutOf(3, [2]);

  it('loses its functions, its replica and its foundation, and no run after that brings them back', async () => {
    const world = World.at(layout, 1);
    world.replicas = [standby, third];
    world.target = 2;
    world.onApply = ({ stack }) => {
      if (stack === 'flags-global') world.replicas = [standby];
    };
    const record = await planOf(world, layout, { remove: third, published });
    expect(
      record.waves.flatMap(({ lanes }) => lanes.flat()).find(({ stack }) => stack === 'flags-global')?.inputs,
    ).toEqual({
      without_replica: [third],
    });
    expect((await applied(world, record)).stopped).toBeNull();
    expect(world.applied).toEqual([`flags-region ${third}`, `flags-global ${home}`, `region-foundation ${third}`]);

    const later = await planOf(world, layout);
    expect(entriesOf(later).filter(({ region }) => region === third)).toEqual([]);
    expect(entriesOf(later).find(({ stack }) => stack === 'flags-global')?.inputs).toEqual({
      without_replica: [third],
    });
  });

  it('keeps its foundation as long as a table has a replica there', async () => {
    const world = World.at(layout, 1);
    world.replicas = [standby, third];
    const report = await applied(world, await planOf(world, layout, { remove: third, published }));
    expect(report.stopped).toBe('failure');
    expect(report.parts.find(({ outcome }) => outcome === 'failed')?.summary).toContain(
      `region-foundation ${third} is not destroyed: the tables of flags-global ${home} still have a replica in ${third}, under its key`,
    );
    expect(world.isThere(foundationOf(third))).toBe(true);
  });

  it('keeps its foundation as long as its functions are there, whatever was planned', async () => {
    const world = World.at(layout, 1);
    const record = await planOf(world, layout, { remove: third, published });
    const foundationOnly = { ...record, waves: record.waves.filter(({ name }) => name === 'foundation') };
    const report = await applied(world, foundationOnly);
    expect(report.parts[0]?.summary).toContain(`flags-region ${third} still has 3 resources, which stand on it`);
    expect(world.applied).toEqual([]);
  });

  it('stays while the world does not know that it drains, and while nobody has asked', async () => {
    const world = World.at(layout, 1);
    const inUse = { home, version: 7, inUse: [home, standby, third] };
    await expect(planOf(world, layout, { remove: third, published: inUse })).rejects.toThrow(
      `${third} is not taken away: version 7 of the topology, the newest that is published, has it in use`,
    );
    await expect(planOf(world, layout, { remove: third })).rejects.toThrow(
      `${third} is not taken away: nobody has asked the world whether it drains there too`,
    );
  });

  it('is refused in words that say what comes first', async () => {
    const world = World.at(layout, 1);
    for (const [region, reason] of [
      [home, 'it is home'],
      [standby, 'it is the standby'],
    ] as const) {
      await expect(planOf(world, layout, { remove: region, published })).rejects.toThrow(
        `${region} is not taken away: ${reason}`,
      );
    }
    await expect(planOf(world, layoutOf(3), { remove: third, published })).rejects.toThrow('it is not draining');
  });
});

it('refuses to plan while a region that the topology no longer has is still there', async () => {
  const world = World.at(layoutOf(3), 1);
  await expect(planOf(world, layoutOf(2))).rejects.toMatchObject({
    code: 'FH_WAVES_REFUSED',
    reasons: [
      `flags-region ${third} still has 3 resources, and test has no such region`,
      `region-foundation ${third} still has 3 resources, and test has no such region`,
    ],
  });
});

it('goes back with a region that has joined since: it is named and left alone, and so is the table that has a replica there', async () => {
  const world = World.at(layoutOf(3), 2);
  world.target = 1;
  world.replicas = [standby, third];
  const record = await planOf(world, layoutOf(2), { direction: 'back' });
  expect(record.leftAlone).toEqual([`flags-region ${third}`, `region-foundation ${third}`, `flags-global ${home}`]);
  expect((await applied(world, record)).stopped).toBeNull();
  expect(world.applied.filter((name) => name.includes(third) || name.includes('global'))).toEqual([]);
  expect(world.versions.get(partName(flagsOf(home)))).toBe(1);
  expect(world.versions.get(partName(flagsOf(third)))).toBe(2);
});

describe('a table that would lose a replica', () => {
  const losing = async (draining: readonly number[], functionsThere: boolean) => {
    const layout = layoutOf(3, draining);
    const world = World.at(layout, 1);
    if (!functionsThere) world.versions.delete(partName(flagsOf(third)));
    world.target = 2;
    world.replicasLost = { 'aws_dynamodb_table.flags': [third] };
    return entriesOf(await planOf(world, layout)).flatMap(({ refused }) => refused);
  };

  it('is refused while the region serves, or has functions that read it', async () => {
    const refused = [
      `aws_dynamodb_table.flags would lose its replica in ${third}: take the region away with --remove ${third}`,
    ];
    expect(await losing([], true)).toEqual(refused);
    expect(await losing([2], true)).toEqual(refused);
    expect(await losing([2], false)).toEqual([]);
  });
});

describe('what cannot be planned yet', () => {
  it('waits for what it reads when that is to change, and is planned in its turn', async () => {
    const layout = layoutOf(3);
    const world = World.at(layout, 1);
    world.target = 2;
    world.refusesToPlan = ({ stack }) =>
      stack === 'flags-region' && world.versions.get(partName(globalOf(layout))) === 1;
    const record = await planOf(world, layout);
    expect(
      entriesOf(record)
        .filter(({ stack }) => stack === 'flags-region')
        .map(({ waitsFor }) => waitsFor),
    ).toEqual([third, standby, home].map((region) => [`region-foundation ${region}`, `flags-global ${home}`]));
    expect((await applied(world, record)).stopped).toBeNull();
    expect([...new Set(world.versions.values())]).toEqual([2]);
  });

  it('fails when it waits for nothing', async () => {
    const layout = layoutOf(2);
    const world = World.at(layout, 1);
    world.refusesToPlan = ({ stack }) => stack === 'flags-region';
    await expect(planOf(world, layout)).rejects.toThrow('cannot be planned');
  });
});

it('plans a part again when what it reads has changed, and stops where more would happen than was shown', async () => {
  const layout = layoutOf(3);
  const world = World.at(layout, 1);
  world.target = 2;
  const record = await planOf(world, layout);
  world.effects = ({ stack, region }) =>
    stack === 'flags-region' && world.versions.get(`region-foundation ${region}`) === 2 ? { third: 'replace' } : {};
  const report = await applied(world, record);
  expect(report.parts.find(({ outcome }) => outcome === 'failed')?.summary).toContain(
    `flags-region ${third} would now do more than was shown: third would be replaced`,
  );
  expect(world.applied).toEqual([`flags-global ${home}`, `region-foundation ${third}`]);
});

it('goes back by what accepts in home before all else, and then by the rest of it', async () => {
  const layout = layoutOf(2);
  const world = World.at(layout, 2);
  world.target = 1;
  expect((await applied(world, await planOf(world, layout, { direction: 'back' }))).stopped).toBeNull();
  expect(world.applied).toEqual([
    `flags-region ${home} first`,
    `flags-region ${home}`,
    `region-foundation ${home}`,
    `flags-region ${standby}`,
    `region-foundation ${standby}`,
    `flags-global ${home}`,
  ]);
});

it('goes back by what accepts where changes are accepted, which may be the standby', async () => {
  const layout = { ...layoutOf(3), accepting: standby };
  const world = World.at(layout, 2);
  world.target = 1;
  expect((await applied(world, await planOf(world, layout, { direction: 'back' }))).stopped).toBeNull();
  expect(world.applied.slice(0, 2)).toEqual([`flags-region ${standby} first`, `flags-region ${standby}`]);
});

it('begins nothing more in a region whose foundation failed, nor anywhere else', async () => {
  const layout = layoutOf(4);
  const world = World.at(layout, 1);
  world.target = 2;
  world.failing.add(`region-foundation ${third}`);
  const report = await applied(world, await planOf(world, layout));
  expect(world.applied).toEqual([`flags-global ${home}`]);
  expect(report.parts.filter(({ outcome }) => outcome === 'not-begun')).toHaveLength(7);
});

it('applies nothing at all while something is shown that nobody allowed', async () => {
  const layout = layoutOf(2);
  const world = World.at(layout, 1);
  world.target = 2;
  world.effects = ({ stack, region }) => (stack === 'flags-region' && region === home ? { third: 'delete' } : {});
  await expect(applied(world, await planOf(world, layout))).rejects.toMatchObject({
    code: 'FH_WAVES_REFUSED',
    reasons: [
      `flags-region ${home}: third would be destroyed: allow it with --allow-destroy 'flags-region ${home}:third'`,
    ],
  });
  expect(world.applied).toEqual([]);
  const elsewhere = { replace: [], destroy: [`flags-region ${standby}:third`] };
  await expect(applied(world, await planOf(world, layout, { allowed: elsewhere }))).rejects.toThrow('third');
  const here = { replace: [], destroy: [`flags-region ${home}:third`] };
  const record = await planOf(world, layout, { allowed: here });
  expect((await applied(world, record)).stopped).toBeNull();
});

it('asks for nothing that the stacks do not have', () => {
  const stacks = join(__dirname, '..', '..', '..', 'infra-tf', 'lib', 'stacks');
  const text = (stack: string, file: string): string => readFileSync(join(stacks, stack, file), 'utf8');
  expect(text('region-foundation', 'outputs.tf')).toContain(`output "${FOUNDATION_KEY}"`);
  expect(text('flags-global', 'variables.tf')).toContain('variable "without_replica"');
  expect(text('flags-region', 'functions.tf')).toMatch(
    /^module "function" \{\n {2}source {3}= "[^"]+"\n {2}for_each = local\.function_keys$/m,
  );
  const modules = join(stacks, '..', 'modules');
  const zip = /^resource "aws_s3_object" "this" \{\n.*?^\}$/ms.exec(
    readFileSync(join(modules, 'lambda-function', 'main.tf'), 'utf8'),
  )?.[0];
  // Its key has its hash, and so it is replaced by each release of code: not before the function has the new one.
  expect(zip).toMatch(/key += "[^"]*\$\{local\.digest\}[^"]*"/);
  expect(zip).toMatch(/source_hash = local\.digest/);
  expect(zip).toContain('create_before_destroy = true');
  const accepting = ACCEPTING.map((address) => /^module\.function\["(.+)"\]$/.exec(address)?.[1]);
  expect(Object.keys(shippedWiring().functions)).toEqual(expect.arrayContaining(accepting));
});
