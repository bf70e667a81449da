import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { upstreamFlagsIn } from '@flaghoist/core/upstream';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { rev } from './support/flags.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

const document = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };

const ruleIdsOf = async (t: TestWorld, changeId: string): Promise<string[]> => {
  const outcome = await t.outcome(changeId);
  return outcome?.outcome === 'rejected' ? [...new Set(outcome.violations.map(({ ruleId }) => ruleId))] : [];
};

describe('an environment that takes over from another one', () => {
  const policy = { ...DEFAULT_POLICY, version: 3, environments: ['staging', 'prod'], promotionRequired: true };

  /** Two worlds, each with its own time; the second sees the tables of the first one's home. */
  const worlds = async (seed: number) => {
    const staging = await startWorld({
      regions: 2,
      services: 3,
      seed,
      environment: 'staging',
      latency: 'modelled',
      schedules: false,
    });
    const { home } = staging.world;
    const upstream = upstreamFlagsIn({
      changes: home.changes,
      flags: staging.region(0).store,
      home: staging.region(0).home,
    });
    const prod = await startWorld({ seed: seed + 1, environment: 'prod', policy, upstream, schedules: false });
    return { staging, prod };
  };

  it('takes a flag only once every cache there was seen holding it', async () => {
    const { staging, prod } = await worlds(71);
    const unknown = await prod.propose({ document });
    expect(await prod.settled(unknown)).toBe('rejected');
    expect(await ruleIdsOf(prod, unknown)).toEqual(['FH-PROMOTE-03']);

    const there = await staging.propose({ document });
    await staging.until('it is accepted there', async () => (await staging.standing(there)) === 'accepted');
    const early = await prod.propose({ document });
    expect(await prod.settled(early)).toBe('rejected');
    expect(await ruleIdsOf(prod, early)).toEqual(['FH-PROMOTE-03']);

    expect(await staging.settled(there)).toBe('verified');
    await prod.verified({ document });
    await prod.everyCacheHolds(defaultFlag, rev(1));
    expect((await prod.revision(defaultFlag, rev(1))).evidence).toMatchObject({
      policy: { version: 3, promotionRequired: true },
      upstream: { environment: 'staging', newest: 'verified', verified: { audience: '*' } },
    });
  });

  it('does not take what was taken back there, but kills without asking', async () => {
    const { staging, prod } = await worlds(73);
    await staging.verified({ document });
    await prod.verified({ document });

    staging.region(1).caches.breakService(staging.service(1), 'read-only');
    const there = await staging.propose({ document: { ...document, defaultVariant: 'off' } });
    expect(await staging.settled(there)).toBe('rolled-back');
    const update = await prod.propose({ document });
    expect(await prod.settled(update)).toBe('rejected');
    expect(await ruleIdsOf(prod, update)).toEqual(['FH-PROMOTE-10']);

    await prod.verified({ kind: 'killed' });
    await prod.everyCacheHolds(defaultFlag, rev(2));
  });
});

describe('where two people must approve', () => {
  const policy = { ...DEFAULT_POLICY, version: 2, approvalsRequired: 1, approverRoles: ['reviewer'] };
  const role = 'AROAPRDAUTHOREXAMPLE3';
  const person = (session: string, roles: string[]) => ({
    actor: `${session}@bank.example`,
    teams: ['team-payments'],
    roles,
    human: true,
    active: true,
    principals: [{ role, session }],
  });
  const directory = { people: [person('mia', []), person('noor', ['reviewer'])], submitters: [] };
  const approvals = [{ actor: 'noor@bank.example', at: 0 }];

  it('an approval lets through what was approved, and nothing else', async () => {
    const t = await startWorld({ seed: 75, environment: 'prod', policy, directory, schedules: false });
    t.author = `${role}:mia`;
    const asked = {
      flagKey: defaultFlag,
      kind: 'created' as const,
      basedOn: null,
      document,
      offVariant: 'off',
      audience: '*' as const,
      owner: 'team-payments',
    };
    const change = { id: 'not-part-of-it', actor: '', authentication: '', reason: '' };
    const proposalDigest = approvedDigestOf({ ...asked, change, proposedAt: 0 }, 'prod');
    const approval = { flagKey: defaultFlag, basedOn: null, proposalDigest, rulesVersion: RULES_VERSION };
    await t.world.home.authorWith(`${role}:noor`).approve(approval);

    const swapped = { ...document, defaultVariant: 'off' };
    const other = await t.propose({ ...asked, document: swapped, change: { actor: '', approvals } });
    expect(await t.settled(other)).toBe('rejected');
    expect(await ruleIdsOf(t, other)).toEqual(['FH-APPROVE-01', 'FH-APPROVE-04']);

    const { changeId } = await t.verified({ ...asked, change: { actor: '', approvals } });
    await t.everyCacheHolds(defaultFlag, rev(1));
    expect((await t.revision(defaultFlag, rev(1))).change).toMatchObject({
      id: changeId,
      actor: 'mia@bank.example',
      approvals: [{ actor: 'noor@bank.example', principal: `${role}:noor` }],
    });

    const again = await t.propose({ document, change: { actor: '', approvals } });
    expect(await t.settled(again)).toBe('rejected');
    expect(await ruleIdsOf(t, again)).toEqual(['FH-APPROVE-01', 'FH-APPROVE-04']);
  });

  it('nobody proposes under a name that nobody has checked, but everybody may kill', async () => {
    const t = await startWorld({ seed: 77, environment: 'prod', policy, directory, schedules: false });
    const unchecked = await t.propose({ document });
    expect(await t.settled(unchecked)).toBe('rejected');
    expect(await ruleIdsOf(t, unchecked)).toEqual(['FH-APPROVE-01', 'FH-RECORD-07']);
  });
});

describe('a flag with shared evaluators', () => {
  const targeted = { ...document, targeting: { if: [{ $ref: 'german' }, 'on', 'off'] } };
  const source = { $evaluators: { german: { '==': [{ var: 'country' }, 'DE'] } } };

  it('brings them along into every cache, and keeps them when it is updated', async () => {
    const t = await startWorld({ seed: 76, schedules: false });
    const without = await t.propose({ document: targeted });
    expect(await t.settled(without)).toBe('rejected');
    expect(await ruleIdsOf(t, without)).toEqual(['FH-PREREQ-10']);

    await t.verified({ document: targeted, source });
    await t.verified({ document: { ...targeted, defaultVariant: 'off' } });
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect((await t.current())?.source).toEqual(source);
    expect(JSON.parse(t.cached(t.home, t.service(0)).stored ?? '')).toMatchObject({ source });
  });
});
