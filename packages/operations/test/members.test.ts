import { currentItem, knownGoodItem, revisionItem } from '@flaghoist/core/storage/flag-items';
import { parseTopology, type Topology } from '@flaghoist/core/topology';
import { InMemoryApprovalStore, InMemoryGivenApprovals } from '@flaghoist/in-memory/approval-store';
import { changesTable } from '@flaghoist/in-memory/change-store';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { InMemoryHomeStore } from '@flaghoist/in-memory/home-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologyStore } from '@flaghoist/in-memory/topology-store';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import type { Directory } from '@flaghoist/rules/directory';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { evaluatorApproval } from '../lib/change-evaluator.ts';
import { drain, joinRegion, joinService, remove } from '../lib/members.ts';
import type { MembershipPorts, RegionAccess } from '../lib/ports.ts';
import { publishTopology } from '../lib/publish-topology.ts';

const HOME = 'us-east-1';
const ADA = 'AROAEXAMPLEROLE00001:ada@bank.example';
const BEN = 'AROAEXAMPLEROLE00001:ben@bank.example';
const GONE = 'AROAEXAMPLEROLE00001:gone@bank.example';
const operator = { principal: ADA };

const person = (actor: string, scopes: readonly ('publish-topology' | 'drain')[]): Directory['people'][number] => ({
  actor,
  teams: [],
  roles: [],
  human: true,
  active: true,
  principals: [{ role: 'AROAEXAMPLEROLE00001', session: actor }],
  scopes: [...scopes],
});

const first = topologyOf({
  home: HOME,
  regions: [HOME, 'eu-west-1', 'sa-east-1'],
  services: ['cards', 'ledger'],
});

/** Home's stores, and regions whose replicas and caches do what the test says. */
const scene = async () => {
  const clock = new VirtualScheduler();
  const table = new Table({ name: 'flags', region: HOME, clock });
  const topology = new InMemoryTopologyStore(table);
  const home = new InMemoryHomeStore(table);
  const log = new RecordingLogger();
  const requested: string[] = [];
  /** Caches that no pass finds clean, as `region/service`, and regions that lack what home has. */
  const dirty = new Set<string>();
  const behind = new Set<string>();
  const stale = new Set<string>();
  const cut = new Set<string>();
  const CURRENT_REVISION = 40;
  /** Instances that do not carry an evaluator, by `region cell`; regions whose caches say nothing. */
  const lacking = new Map<string, { service: string; instance: string }[]>();
  const silent = new Map<string, string[]>();
  const tables = {
    proposals: new Table({ name: 'proposals', region: HOME, clock }),
    changes: changesTable({ region: HOME, clock }),
  };
  const regionOf = (name: string): RegionAccess => ({
    flags: {
      current: async () => {
        const current = await new InMemoryFlagStore(table).current('beta');
        if (behind.has(name) || current === undefined) return undefined;
        return stale.has(name) ? { ...current, order: { epoch: 1, revision: 1 } } : current;
      },
    },
    topology: {
      at: async (version) => {
        if (cut.has(name)) throw new Error('cut off');
        return topology.at(version);
      },
    },
    lacking: async (cell) => ({
      instances: lacking.get(`${name} ${cell}`) ?? [],
      silent: silent.get(`${name} ${cell}`) ?? [],
    }),
    loads: { request: async (service) => void requested.push(`${name}/${service}`) },
    reconcile: async (cell) =>
      (await topology.latest()).services
        .filter((service) => service.cell === cell && !dirty.has(`${name}/${service.name}`))
        .map((service) => service.name),
  });
  const ports: MembershipPorts = {
    directory: {
      people: [
        person('ada@bank.example', ['publish-topology', 'drain']),
        person('ben@bank.example', []),
        person('eva@bank.example', ['publish-topology']),
        { ...person('gone@bank.example', ['publish-topology', 'drain']), active: false },
      ],
      submitters: [],
    },
    topology,
    home,
    flags: new InMemoryFlagStore(table),
    approvals: new InMemoryGivenApprovals(tables),
    region: regionOf,
    clock,
    log,
  };
  await publishTopology(first, operator, ports);
  const unsaid = await home.lastMove();
  await home.move({ region: HOME, epoch: 1, actor: 'eva', at: 1 }, null);
  const accepted = () => JSON.stringify({ at: { accepted: clock.now() } });
  const accept = (revision: number) =>
    table.put({ pk: 'FLAG#beta', sk: 'CURRENT', epoch: 1, revision, envelopeDigest: 'a', envelope: accepted() });
  accept(1);
  const stored = (revision: number, body: string) => ({
    flagKey: 'beta',
    order: { epoch: 1, revision },
    envelopeDigest: 'a',
    body,
  });
  const put = ({ envelope }: { readonly envelope: string }) => {
    table.put(currentItem(stored(CURRENT_REVISION, envelope)));
    table.put(revisionItem(stored(CURRENT_REVISION, envelope)));
  };
  /** Revisions below the current one, newest first, of which the last one is proven; and one that draws further back. */
  const precede = (bodies: readonly string[]) => {
    put({ envelope: '{}' });
    for (const [place, body] of [...bodies, drawing('*').envelope].entries())
      table.put(revisionItem(stored(CURRENT_REVISION - 1 - place, body)));
    table.put(knownGoodItem(stored(CURRENT_REVISION - bodies.length, '')));
  };
  const above = (body: string) => table.put(revisionItem(stored(CURRENT_REVISION + 1, body)));
  const run = <T>(work: Promise<T>): Promise<T> => clock.run(work, { limitMs: 3 * 3_600_000 });
  const latest = (): Promise<Topology> => topology.latest();
  const stateOf = async (name: string) =>
    [...(await latest()).regions, ...(await latest()).services].find((member) => member.name === name)?.state;
  const edited = async (change: (topology: Topology) => Partial<Topology>): Promise<Topology> => {
    const now = await latest();
    return parseTopology(JSON.stringify({ ...now, version: now.version + 1, ...change(now) }));
  };
  return {
    clock,
    ports,
    home,
    /** What the first version, by itself, has left as HOME. */
    unsaid,
    run,
    latest,
    stateOf,
    edited,
    requested,
    dirty,
    behind,
    stale,
    accept,
    put,
    precede,
    above,
    cut,
    log,
    lacking,
    silent,
    approve: (principal: string, topology: Topology) =>
      new InMemoryApprovalStore({ proposals: tables.proposals, principal }).approve(evaluatorApproval(topology)),
  };
};

const drawing = (audience: '*' | string[]) => ({
  envelope: JSON.stringify({
    ...{
      audience,
      document: {
        targeting: {
          fractional: [
            ['on', 50],
            ['off', 50],
          ],
        },
      },
      at: { accepted: 1 },
    },
  }),
});

const billing = { name: 'billing', cell: 'cell-1', owner: 'team-core' };

describe('publishing a topology', () => {
  type Evaluates = 'v1' | 'v2' | 'v3' | 'remote';
  const evaluating =
    (how: Readonly<Record<string, Evaluates>>) =>
    ({ services }: Topology): Partial<Topology> => ({
      services: services.map((service) => {
        const evaluates = how[service.name];
        return evaluates === undefined ? service : { ...service, evaluates };
      }),
    });

  it.each<[string, '*' | string[], boolean]>([
    ['that both have', '*', true],
    ['that it has alone', ['cards'], true],
    ['that only the other one has', ['ledger'], false],
  ])(
    'refuses a service that would draw a flag %s otherwise than the agents, and names flag and service',
    async (_what, audience, refused) => {
      const { ports, edited, put } = await scene();
      put(drawing(audience));
      const published = publishTopology(await edited(evaluating({ cards: 'v3' })), operator, ports);
      if (refused) {
        await expect(published).rejects.toThrow(
          /flag beta draws.*: v3 in cards\. Let these services evaluate by their/,
        );
      } else expect((await published).topology.version).toBe(2);
    },
  );

  it('names the first three services that would draw a flag otherwise, and says how many more there are', async () => {
    const { ports, edited, put } = await scene();
    put(drawing('*'));
    const more = ['billing', 'invoices', 'loans'].map((name) => ({ ...billing, name, state: 'joining' as const }));
    const all = (topology: Topology) => {
      const services = [...topology.services, ...more].map((service) => ({ ...service, evaluates: 'v3' as const }));
      return { services };
    };
    await expect(publishTopology(await edited(all), operator, ports)).rejects.toThrow(
      ': v3 in cards, ledger, billing and 2 more. Let these services',
    );
  });

  it.each([
    ['known good', 20],
    ['any revision from known good up', 3],
  ])('refuses it of a flag too that would draw again if it went back to %s', async (_what, place) => {
    const { ports, edited, precede } = await scene();
    precede(Array.from({ length: 20 }, (_, index) => (index + 1 === place ? drawing('*').envelope : '{}')));
    await expect(publishTopology(await edited(evaluating({ cards: 'v3' })), operator, ports)).rejects.toThrow(
      `flag beta would draw again if it went back to 1.${40 - place}`,
    );
  });

  it('looks at no revision above CURRENT: nobody has accepted it, whoever sealed it', async () => {
    const { ports, edited, put, above } = await scene();
    put({ envelope: '{}' });
    above(drawing('*').envelope);
    expect(await publishTopology(await edited(evaluating({ cards: 'v3' })), operator, ports)).toMatchObject({
      warnings: [],
    });
  });

  it('looks at no revision below known good', async () => {
    const { ports, edited, precede } = await scene();
    precede(['{}', '{}']);
    expect(await publishTopology(await edited(evaluating({ cards: 'v3' })), operator, ports)).toMatchObject({
      warnings: [],
    });
  });

  it('refuses what it makes so, and warns of what was so before', async () => {
    const { ports, edited, put, log } = await scene();
    await publishTopology(await edited(evaluating({ cards: 'v3' })), operator, ports);
    // Accepted by an older rule, or while that version was published.
    put(drawing('*'));
    const { warnings } = await publishTopology(await edited(evaluating({ cards: 'v1' })), operator, ports);
    expect(warnings).toEqual([expect.stringMatching(/^flag beta draws.*: v1 in cards\. /)]);
    expect(log.messages('warn')).toEqual(['flags that draw do not reach services that draw otherwise']);
    await expect(publishTopology(await edited(evaluating({ ledger: 'v1' })), operator, ports)).rejects.toThrow(
      /: v1 in ledger\. /,
    );
    const mended = await publishTopology(await edited(evaluating({ cards: 'remote' })), operator, ports);
    expect(mended.warnings).toEqual([]);
  });

  it('lets services evaluate by themselves where no flag that they have draws, or they draw as the agents do', async () => {
    const { ports, edited, put } = await scene();
    await publishTopology(await edited(evaluating({ cards: 'v3', ledger: 'v3' })), operator, ports);
    put(drawing('*'));
    await publishTopology(await edited(evaluating({ cards: 'v2', ledger: 'v2' })), operator, ports);
    expect((await ports.topology.newest())?.services[0]?.evaluates).toBe('v2');
  });

  describe('that names another evaluator', () => {
    const EVA = 'AROAEXAMPLEROLE00001:eva@bank.example';
    const newer = () => ({ evaluator: { version: '4.1.0', bucketing: 'v2' as const } });
    const otherwise = () => ({ evaluator: { version: '5.0.0', bucketing: 'v3' as const } });

    it('is refused while agents do not report that they carry it, and names them', async () => {
      const { ports, edited, lacking, silent } = await scene();
      const tasks = Array.from({ length: 7 }, (_, index) => ({ service: 'cards', instance: `task-${index}` }));
      lacking.set('eu-west-1 cell-1', tasks);
      silent.set('sa-east-1 cell-1', ['ledger']);
      await expect(publishTopology(await edited(newer), operator, ports)).rejects.toMatchObject({
        places: [
          'agents of cards in eu-west-1 do not carry evaluator 4.1.0-v2: task-0, task-1, task-2, task-3, task-4 and 2 more',
          'caches in sa-east-1 do not say which agents are there: ledger',
        ],
      });
      lacking.clear();
      silent.clear();
      await publishTopology(await edited(newer), operator, ports);
      expect((await ports.topology.newest())?.evaluator).toEqual(newer().evaluator);
    });

    it('asks nobody where the evaluator stays', async () => {
      const { ports, edited, lacking } = await scene();
      lacking.set('eu-west-1 cell-1', [{ service: 'cards', instance: 'task-1' }]);
      const first = { evaluator: { version: '4.0.1', bucketing: 'v2' as const } };
      expect((await publishTopology(await edited(() => first), operator, ports)).topology).toMatchObject(first);
    });

    it('which draws otherwise, is refused until somebody else who may publish has approved that very version', async () => {
      const { ports, edited, approve } = await scene();
      const wanted = await edited(otherwise);
      const refused =
        /evaluator 5\.0\.0-v3 puts callers into other buckets than 4\.0\.1-v2, and nobody else has approved/;
      const publish = () => publishTopology(wanted, operator, ports);
      await expect(publish()).rejects.toThrow(refused);
      await approve(ADA, wanted);
      await approve(BEN, wanted);
      await approve(GONE, wanted);
      await approve(EVA, { ...wanted, standby: 'eu-west-1' });
      await expect(publish()).rejects.toThrow(refused);
      await approve(EVA, wanted);
      expect((await publish()).topology.evaluator).toEqual(otherwise().evaluator);
    });

    it('which draws otherwise, is refused for services that evaluate as the agents did, whoever approves', async () => {
      const { ports, edited, approve, put } = await scene();
      await publishTopology(await edited(evaluating({ cards: 'v2' })), operator, ports);
      put(drawing('*'));
      const wanted = await edited(otherwise);
      await approve(EVA, wanted);
      await expect(publishTopology(wanted, operator, ports)).rejects.toThrow(/flag beta draws.*: v2 in cards\. /);
    });
  });

  it('makes no region home, the first version neither: that is a promotion', async () => {
    const { unsaid } = await scene();
    expect(unsaid).toBeUndefined();
  });

  it('asked for the newest version once more changes nothing', async () => {
    const { ports, latest } = await scene();
    expect(await publishTopology(first, operator, ports)).toEqual({ topology: first, transitions: [], warnings: [] });
    expect((await latest()).version).toBe(1);
  });

  it.each<[string, (topology: Topology) => Partial<Topology>, string]>([
    ['a lower version', () => ({ version: 1, services: first.services.slice(0, 1) }), 'version 1 does not follow 1'],
    ['a version that leaves one out', () => ({ version: 3 }), 'version 3 does not follow 1'],
    [
      'another cell',
      ({ services }) => ({ services: services.map((service) => ({ ...service, cell: 'cell-2' })) }),
      'service cards moves from cell-1 to cell-2',
    ],
    [
      'a service that vanishes while it serves',
      ({ services }) => ({ services: services.slice(0, 1) }),
      'service ledger is serving and vanishes: let it drain first',
    ],
    [
      'a region that vanishes while it serves',
      ({ regions }) => ({ regions: regions.slice(0, 2) }),
      'region sa-east-1 is serving and vanishes: let it drain first',
    ],
    [
      'a newcomer that serves at once',
      ({ services }) => ({ services: [...services, { ...billing, state: 'serving' }] }),
      'service billing is new and serving: let it join first',
    ],
    ['a home that is not home', () => ({ home: 'eu-west-1' }), 'us-east-1 is home, and neither home nor standby here'],
    [
      'a serving one that joins',
      ({ services }) => ({ services: services.map((service) => ({ ...service, state: 'joining' })) }),
      'service cards goes from serving to joining: only draining may follow serving',
    ],
  ])('refuses %s', async (_name, change, problem) => {
    const { ports, edited, latest } = await scene();
    await expect(publishTopology(await edited(change), operator, ports)).rejects.toThrow(problem);
    expect(await latest()).toEqual(first);
  });

  it('refuses a version that somebody else has published meanwhile', async () => {
    const { ports, edited } = await scene();
    const wanted = await edited(({ services }) => ({ services: [...services, { ...billing, state: 'joining' }] }));
    const slow: MembershipPorts = {
      ...ports,
      topology: {
        newest: () => ports.topology.newest(),
        latest: () => ports.topology.latest(),
        at: (version) => ports.topology.at(version),
        publication: (version) => ports.topology.publication(version),
        drawn: () => ports.topology.drawn(),
        publish: async (topology, publication) => {
          const theirs = {
            ...topology,
            services: [...first.services, { ...billing, name: 'loans', state: 'joining' as const }],
          };
          await ports.topology.publish(theirs, publication);
          return ports.topology.publish(topology, publication);
        },
      },
    };
    await expect(publishTopology(wanted, operator, slow)).rejects.toThrow('somebody else has published this version');
  });

  it('does not take its own version, whose answer was lost, for somebody else’s', async () => {
    const { ports, run, edited, latest } = await scene();
    const wanted = await edited(({ services }) => ({ services: [...services, { ...billing, state: 'joining' }] }));
    const publish: MembershipPorts['topology']['publish'] = async (topology, publication) => {
      await ports.topology.publish(topology, publication);
      return 'moved';
    };
    const topology: MembershipPorts['topology'] = {
      newest: () => ports.topology.newest(),
      latest: () => ports.topology.latest(),
      at: (version) => ports.topology.at(version),
      publication: (version) => ports.topology.publication(version),
      drawn: () => ports.topology.drawn(),
      publish,
    };
    expect(await run(publishTopology(wanted, operator, { ...ports, topology }))).toMatchObject({ topology: wanted });
    expect(await latest()).toEqual(wanted);
  });

  it('refuses that a joining service serves in which no pass found no difference', async () => {
    const { ports, run, edited, dirty, latest } = await scene();
    dirty.add('eu-west-1/billing');
    const joining = await edited(({ services }) => ({ services: [...services, { ...billing, state: 'joining' }] }));
    await run(publishTopology(joining, operator, ports));
    const serving = await edited(({ services }) => ({
      services: services.map((service) => ({ ...service, state: 'serving' })),
    }));
    await expect(run(publishTopology(serving, operator, ports))).rejects.toThrow(
      'no pass found the cache of billing in eu-west-1 clean',
    );
    expect((await latest()).version).toBe(2);
  });

  it('waits until every region has it, and says which has not', async () => {
    const { ports, run, edited, cut, latest } = await scene();
    const wanted = await edited(({ services }) => ({ services: [...services, { ...billing, state: 'joining' }] }));
    cut.add('eu-west-1');
    await expect(run(publishTopology(wanted, operator, ports))).rejects.toThrow('in eu-west-1 is not available');
    expect((await latest()).version).toBe(2);
    cut.delete('eu-west-1');
    expect(await run(publishTopology(wanted, operator, ports))).toMatchObject({ transitions: [] });
  });
});

describe('joining', () => {
  it('asks every region for a load, and serves once all passes are clean', async () => {
    const { ports, run, stateOf, requested, dirty, clock } = await scene();
    dirty.add('sa-east-1/billing');
    const joined = joinService(billing, operator, ports);
    await clock.advance(60_000);
    expect(await stateOf('billing')).toBe('joining');
    expect(requested).toEqual([`${HOME}/billing`, 'eu-west-1/billing', 'sa-east-1/billing']);
    dirty.clear();
    await run(joined);
    expect(await stateOf('billing')).toBe('serving');
    expect(await joinService(billing, operator, ports)).toMatchObject({ transitions: [] });
  });

  it('of a region begins with a replica that has what home has', async () => {
    const { ports, run, stateOf, requested, behind, clock } = await scene();
    behind.add('ap-south-1');
    const joined = joinRegion('ap-south-1', operator, ports);
    await clock.advance(60_000);
    expect(await stateOf('ap-south-1')).toBe('joining');
    expect(requested).toEqual(['ap-south-1/cards', 'ap-south-1/ledger']);
    behind.clear();
    await run(joined);
    expect(await stateOf('ap-south-1')).toBe('serving');
  });

  it('of a region begins with a replica that has each flag as home has it, but for what is on its way', async () => {
    const { ports, run, stateOf, stale, accept, clock } = await scene();
    accept(2);
    stale.add('ap-south-1');
    await clock.advance(60_000);
    const joined = joinRegion('ap-south-1', operator, ports);
    await clock.advance(60_000);
    expect(await stateOf('ap-south-1')).toBe('joining');
    accept(3);
    await run(joined);
    expect(await stateOf('ap-south-1')).toBe('serving');
  });

  it('of a region waits for no service that drains', async () => {
    const { ports, run, stateOf, requested, dirty } = await scene();
    await run(drain({ what: 'service', name: 'ledger' }, operator, ports));
    dirty.add('ap-south-1/ledger');
    await run(joinRegion('ap-south-1', operator, ports));
    expect(requested).toEqual(['ap-south-1/cards']);
    expect(await stateOf('ap-south-1')).toBe('serving');
  });

  it('of a service waits for no region that drains', async () => {
    const { ports, run, stateOf, requested, dirty } = await scene();
    await run(drain({ what: 'region', name: 'sa-east-1' }, operator, ports));
    dirty.add('sa-east-1/billing');
    await run(joinService(billing, operator, ports));
    expect(requested).toEqual([`${HOME}/billing`, 'eu-west-1/billing']);
    expect(await stateOf('billing')).toBe('serving');
  });

  it('goes on where it was left, and gives up after an hour', async () => {
    const { ports, run, stateOf, dirty } = await scene();
    dirty.add(`${HOME}/billing`);
    await expect(run(joinService(billing, operator, ports))).rejects.toThrow('service billing as a serving one');
    expect(await stateOf('billing')).toBe('joining');
    dirty.clear();
    await run(joinService(billing, operator, ports));
    expect(await stateOf('billing')).toBe('serving');
  });

  it('tells nobody what is there who may not bring anything in', async () => {
    const { ports, run } = await scene();
    const stranger = { principal: 'AROASTRANGEREXAMPLE01:eve' };
    const ledger = { name: 'ledger', cell: 'cell-2', owner: 'team-other' };
    await expect(run(joinService(ledger, stranger, ports))).rejects.toMatchObject({ code: 'FH_NOT_ALLOWED' });
  });

  it.each([
    ['another cell', { cell: 'cell-2' }],
    ['another owner', { owner: 'team-other' }],
  ])('refuses %s than that of the service that is there, and names what is', async (_what, other) => {
    const { ports, run } = await scene();
    const ledger = { name: 'ledger', cell: 'cell-1', owner: 'team-core' };
    await expect(run(joinService({ ...ledger, ...other }, operator, ports))).rejects.toThrow(
      `it is there in cell-1, owned by team-core`,
    );
    expect((await run(joinService(ledger, operator, ports))).transitions).toEqual([]);
  });

  it('is what somebody does who drained', async () => {
    const { ports, run, stateOf, requested } = await scene();
    await run(drain({ what: 'service', name: 'ledger' }, operator, ports));
    requested.length = 0;
    await run(joinService({ name: 'ledger', cell: 'cell-1', owner: 'team-core' }, operator, ports));
    expect(requested).toContain('eu-west-1/ledger');
    expect(await stateOf('ledger')).toBe('serving');
  });
});

describe('draining and removing', () => {
  it('does not wait for a region that drains, and removes only what drains', async () => {
    const { ports, run, stateOf, cut } = await scene();
    const member = { what: 'region', name: 'sa-east-1' } as const;
    await expect(run(remove(member, operator, ports))).rejects.toThrow('let it drain first');
    cut.add('sa-east-1');
    expect(await run(drain(member, operator, ports))).toMatchObject({
      transitions: [{ ...member, from: 'serving', to: 'draining' }],
    });
    expect(await drain(member, operator, ports)).toMatchObject({ transitions: [] });
    await run(remove(member, operator, ports));
    expect(await stateOf('sa-east-1')).toBeUndefined();
  });

  it('refuses that one who drains serves again at once', async () => {
    const { ports, run, edited, stateOf } = await scene();
    await run(drain({ what: 'service', name: 'ledger' }, operator, ports));
    const serving = await edited(({ services }) => ({
      services: services.map((service) => ({ ...service, state: 'serving' })),
    }));
    await expect(run(publishTopology(serving, operator, ports))).rejects.toThrow(
      'service ledger goes from draining to serving: only joining or absent may follow draining',
    );
    expect(await stateOf('ledger')).toBe('draining');
  });

  it('refuses home and standby of the topology, wherever home has been moved', async () => {
    const { ports, home, run, edited } = await scene();
    await run(publishTopology(await edited(() => ({ standby: 'eu-west-1' })), operator, ports));
    const before = (await home.lastMove()) ?? null;
    await home.move({ region: 'eu-west-1', epoch: 2, actor: 'ada', at: 2 }, before);
    for (const name of [HOME, 'eu-west-1'])
      await expect(drain({ what: 'region', name }, operator, ports)).rejects.toThrow('it is home or standby');
  });

  it('refuses home, and what is not there', async () => {
    const { ports, latest } = await scene();
    await expect(drain({ what: 'region', name: HOME }, operator, ports)).rejects.toThrow('it is home or standby');
    await expect(drain({ what: 'service', name: 'loans' }, operator, ports)).rejects.toThrow(
      'there is no service loans',
    );
    await expect(remove({ what: 'service', name: 'loans' }, operator, ports)).rejects.toThrow(
      'there is no service loans',
    );
    const { regions } = await latest();
    await expect(drain({ what: 'region', name: 'mars-1' }, operator, ports)).rejects.toMatchObject({
      hint: `Name one of the newest topology: ${regions.map(({ name }) => name).join(', ')}.`,
    });
    expect((await latest()).version).toBe(1);
  });
});

it.each<[string, string]>([
  ['somebody without the scope', BEN],
  ['somebody who has left with it', GONE],
  ['a principal that the directory lacks', 'AROAEXAMPLEROLE00001:eve@bank.example'],
  ['a session that differs in case', 'AROAEXAMPLEROLE00001:Ada@bank.example'],
  ['what is no principal', 'ada@bank.example'],
])('refuses all of it to %s', async (_who, principal) => {
  const { ports, edited, latest, log } = await scene();
  const wanted = await edited(({ services }) => ({ services: [...services, { ...billing, state: 'joining' }] }));
  const caller = { principal };
  for (const attempt of [
    () => publishTopology(wanted, caller, ports),
    () => joinService(billing, caller, ports),
    () => joinRegion('ap-south-1', caller, ports),
    () => drain({ what: 'service', name: 'ledger' }, caller, ports),
    () => remove({ what: 'service', name: 'ledger' }, caller, ports),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'FH_NOT_ALLOWED' });
  }
  expect(await latest()).toEqual(first);
  expect(log.messages('error')).toHaveLength(5);
});
