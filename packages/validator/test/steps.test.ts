import type { ProposableKind } from '@flaghoist/core/change';
import type { FlagDocument } from '@flaghoist/core/envelope';
import type { Proposal } from '@flaghoist/core/proposal';
import type { Home } from './support/home.ts';
import { FLAG } from './support/home.ts';
import { approve, author, both, HOUR, keyOf, naming, outcomeOf, strict } from './support/strict-home.ts';

/*
 * What callers may be shown in production, step by step, under the policy that is shipped: every change is approved by two,
 * proposed by a third, and verified before the next one.
 */

const release = (members: object): FlagDocument => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  metadata: { type: 'release', expires: '2026-03-02' },
  ...members,
});

const customer = { cat: [{ var: '$flagd.flagKey' }, { var: 'customerId' }] };
const drawn = (...buckets: (readonly [string, number])[]): FlagDocument =>
  release({ targeting: { fractional: [customer, ...buckets] } });
const share = (percent: number) => drawn(['on', percent], ['off', 100 - percent]);
const listed = release({ targeting: { if: [{ in: [{ var: 'tenant' }, ['t-1', 't-2']] }, 'on', 'off'] } });
const off = release({});
const everybody = release({ defaultVariant: 'on' });

const arms = { control: 'c', a: 'a', b: 'b' };
const experiment = (members: object): FlagDocument => ({
  state: 'ENABLED',
  variants: arms,
  defaultVariant: 'control',
  metadata: { type: 'experiment', expires: '2026-02-20' },
  ...members,
});
const split = (control: number, a: number, b: number): FlagDocument =>
  experiment({ targeting: { fractional: [customer, ['control', control], ['a', a], ['b', b]] } });

let changes = 0;

/** One change, an hour and a bit after the one before, which is verified by then. @returns what it breaks, with its words */
const step = async (
  home: Home,
  kind: ProposableKind,
  document: FlagDocument | null,
  over: Partial<Proposal> = {},
): Promise<readonly string[]> => {
  changes += 1;
  const { change: _anonymous, ...rest } = await home.proposalOf(kind, {
    ...(document === null ? {} : { document }),
    ...(kind === 'created' ? { owner: 'team-payments', offVariant: String(document?.['defaultVariant']) } : {}),
    ...over,
  });
  const said = { actor: '', authentication: '', reason: 'Agreed on with operations.', ticket: 'PAY-1042' };
  const proposal: Proposal = { ...rest, change: { id: `change-${1_000 + changes}`, ...said } };
  if (kind !== 'killed') for (const name of both) await approve(home, keyOf(name), proposal);
  const named = kind === 'killed' ? proposal : naming(proposal, both);
  const outcome = await outcomeOf(home, named, keyOf(author));
  if (outcome?.outcome === 'rejected') {
    return outcome.violations
      .filter(({ severity }) => severity === 'error')
      .map(({ ruleId, message }) => `${ruleId} ${message}`);
  }
  return outcome?.outcome === 'accepted' ? [] : [String(outcome?.outcome)];
};

const verify = async (home: Home, thenMs = HOUR + 60_000): Promise<void> => {
  const current = await home.current();
  const judged = current && (await home.changes.record(FLAG, current));
  if (!judged) throw new Error('nothing to verify');
  const from = await home.flags.knownGood(FLAG);
  await home.changes.decide({
    action: 'verify',
    judged,
    now: home.clock.now(),
    knownGood: { from: from?.order ?? null },
  });
  await home.clock.advance(thenMs);
};

const taken = async (home: Home, kind: ProposableKind, document: FlagDocument | null): Promise<void> => {
  expect(await step(home, kind, document)).toEqual([]);
  await verify(home);
};

const begun = async (): Promise<Home> => {
  const home = await strict(off);
  await taken(home, 'created', off);
  return home;
};

const idsOf = (broken: readonly string[]): string[] => broken.map((line) => line.slice(0, line.indexOf(' ')));

describe('what is too large a step', () => {
  it.each([
    ['the default switched on', everybody],
    ['half of all callers at once', share(50)],
    [
      'on for all but one customer',
      release({ targeting: { if: [{ '==': [{ var: 'tenant' }, 't-9'] }, 'off', 'on'] } }),
    ],
    ['on for who sends nothing', release({ targeting: { if: [{ '==': [{ var: 'tenant' }, null] }, 'on', 'off'] } })],
    ['a third of callers, which is no agreed share either', share(33)],
  ])('from nobody: %s', async (_step, document) => {
    const home = await begun();
    expect(idsOf(await step(home, 'updated', document))).toContain('FH-ROLLOUT-17');
  });

  it('from a list of pilots to everybody, or to half of them; both bounds are named', async () => {
    const home = await begun();
    await taken(home, 'updated', listed);
    expect(await step(home, 'updated', everybody)).toEqual([
      'FH-ROLLOUT-17 At most 100 % of callers see what the proven revision did not show them: "on" goes from at least 0 % to at most 100 %; a step may be at most 25 %.',
    ]);
    expect(idsOf(await step(home, 'updated', share(50)))).toEqual(['FH-ROLLOUT-17']);
  });

  it('to everybody, with what was hidden named as the off variant', async () => {
    const home = await strict(experiment({}));
    await taken(home, 'created', experiment({}));
    const swapped = await step(home, 'updated', experiment({ defaultVariant: 'a' }), { offVariant: 'a' });
    expect(swapped).toContainEqual(expect.stringContaining('"a" goes from at least 0 % to at most 100 %'));
  });

  it('to everybody in two changes, of which the first names what was hidden as the off variant', async () => {
    const home = await strict(experiment({}));
    await taken(home, 'created', experiment({}));
    const named = await step(home, 'updated', experiment({}), { offVariant: 'a' });
    expect(named).toContainEqual(
      expect.stringContaining('"a" goes from at least 0 % to at most 100 %, as the off variant'),
    );
  });

  it('a new flag that is on for all services', async () => {
    const home = await strict(off);
    const broken = await step(home, 'created', everybody, { offVariant: 'off' });
    expect(idsOf(broken)).toEqual(['FH-AUDIENCE-15', 'FH-ROLLOUT-17']);
  });

  it('more services, where a flag is on for all callers of the others', async () => {
    const home = await strict(off);
    expect(await step(home, 'created', off, { audience: ['cards'] })).toEqual([]);
    await verify(home);
    for (const percent of [25, 50, 75, 100]) await taken(home, 'updated', share(percent));
    const wider = await step(home, 'updated', share(100), { audience: '*' });
    expect(wider).toEqual([expect.stringContaining('"on" goes from at least 33.333 % to at most 100 %')]);
  });

  it('anything before the last step is proven, or has baked', async () => {
    const home = await begun();
    await taken(home, 'updated', share(5));
    expect(await step(home, 'updated', share(10))).toEqual([]);
    expect(idsOf(await step(home, 'updated', share(25)))).toContain('FH-ROLLOUT-18');
    const other = await begun();
    expect(await step(other, 'updated', share(5))).toEqual([]);
    await verify(other, 60_000);
    expect(idsOf(await step(other, 'updated', share(10)))).toEqual(['FH-ROLLOUT-19']);
  });
});

describe('what stays possible', () => {
  it('a release, from nobody by agreed shares to everybody, and its default after that', async () => {
    const home = await begun();
    for (const percent of [25, 50, 75, 100]) await taken(home, 'updated', share(percent));
    await taken(home, 'updated', everybody);
  });

  it('an experiment of three arms at once, and its winner for everybody', async () => {
    const home = await strict(experiment({}));
    await taken(home, 'created', experiment({}));
    await taken(home, 'updated', split(34, 33, 33));
    await taken(home, 'updated', split(50, 50, 0));
    await taken(home, 'updated', split(25, 75, 0));
    await taken(home, 'updated', split(0, 100, 0));
    await taken(home, 'updated', experiment({ defaultVariant: 'a' }));
  });

  it('another off variant, once everybody gets it, and another name for the one there is', async () => {
    const home = await strict(experiment({}));
    await taken(home, 'created', experiment({}));
    await taken(home, 'updated', split(34, 33, 33));
    await taken(home, 'updated', split(50, 50, 0));
    await taken(home, 'updated', split(25, 75, 0));
    await taken(home, 'updated', experiment({ defaultVariant: 'a' }));
    // The environment before has the old one still.
    const winner = await step(home, 'updated', experiment({ defaultVariant: 'a' }), { offVariant: 'a' });
    expect(idsOf(winner)).toEqual(['FH-PROMOTE-06']);
    const other = await strict(experiment({}));
    await taken(other, 'created', experiment({}));
    const renamed = experiment({ variants: { none: 'c', a: 'a', b: 'b' }, defaultVariant: 'none' });
    expect(idsOf(await step(other, 'updated', renamed, { offVariant: 'none' }))).not.toContain('FH-ROLLOUT-17');
  });

  it('an experiment with two arms, but not one whose arm is nearly everybody', async () => {
    const home = await strict(experiment({}));
    await taken(home, 'created', experiment({}));
    expect(idsOf(await step(home, 'updated', split(10, 90, 0)))).toContain('FH-ROLLOUT-17');
    await taken(home, 'updated', split(50, 50, 0));
  });

  it('the end of a campaign: by hand at once, and by the clock even in a freeze', async () => {
    const home = await begun();
    for (const percent of [25, 50, 75, 100]) await taken(home, 'updated', share(percent));
    const until = Date.UTC(2027, 0, 1) / 1_000;
    const ending = release({
      metadata: { type: 'release', expires: '2027-01-02' },
      targeting: { if: [{ '<': [{ var: '$flagd.timestamp' }, until] }, 'on', 'off'] },
    });
    // The year end is a freeze. Another rule bounds how long a release may live.
    expect(idsOf(await step(home, 'updated', ending))).not.toContain('FH-FREEZE-09');
    await taken(home, 'updated', off);
  });

  it('a change of words, of a flag that shows something to nobody knows how many', async () => {
    const home = await begun();
    for (const percent of [25, 50, 75]) await taken(home, 'updated', share(percent));
    const grown = release({ targeting: { if: [{ '>=': [{ var: 'age' }, 18] }, 'on', 'off'] } });
    await taken(home, 'updated', grown);
    expect(await step(home, 'updated', { ...grown, metadata: { type: 'release', expires: '2026-03-01' } })).toEqual([]);
  });

  it('a kill without anybody’s approval, and a restore of what was shown before it', async () => {
    const home = await begun();
    for (const percent of [25, 50]) await taken(home, 'updated', share(percent));
    await taken(home, 'killed', null);
    expect((await home.current())?.flagState).toBe('killed');
    expect(idsOf(await step(home, 'restored', everybody))).toContain('FH-ROLLOUT-17');
    expect(await step(home, 'restored', share(50))).toEqual([]);
    expect((await home.current())?.flagState).toBe('live');
  });

  it('a restore of what was shown before a kill that another home has accepted', async () => {
    const home = await begun();
    for (const percent of [25, 50]) await taken(home, 'updated', share(percent));
    Object.assign(home.ports, { home: { home: async () => ({ region: home.ports.region, epoch: 2 }) } });
    await taken(home, 'killed', null);
    expect(await home.current()).toMatchObject({ epoch: 2, flagState: 'killed' });
    expect(await step(home, 'restored', share(50))).toEqual([]);
  });
});
