import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Proposal } from '@flaghoist/core/proposal';
import { PENDING } from '@flaghoist/core/storage/proposal-items';
import { bundledDirectory } from '@flaghoist/fleet/policies';
import { InMemoryApprovalStore } from '@flaghoist/in-memory/approval-store';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { createHome, FLAG, type Home } from './support/home.ts';
import {
  approve,
  author,
  both,
  careful,
  document,
  HOUR,
  keyOf,
  naming,
  outcomeOf,
  ownersReviewer,
  riskReviewer,
  rulesBrokenBy,
  strict,
  TUESDAY,
} from './support/strict-home.ts';

/*
 * The strictest policy of this release, its directory and the environment before, at work together: what one careful change
 * takes, and what is said of one that is not. Everybody writes under their own key, and nobody says who they are.
 */

it('two people approve, a third proposes: it is accepted, and carries what it was judged by', async () => {
  const home = await strict();
  const proposal = await careful(home);
  for (const name of both) await approve(home, keyOf(name), proposal);
  await home.clock.advance(HOUR);
  expect(await rulesBrokenBy(home, naming(proposal, both))).toEqual([]);
  const current = await home.current();
  expect(current?.change).toMatchObject({
    actor: author,
    author: keyOf(author),
    authentication: keyOf(author),
    approvals: both.map((actor) => ({ actor, at: TUESDAY, principal: keyOf(actor) })),
  });
  expect(current?.evidence).toMatchObject({
    policy: { version: 3, approvalsRequired: 2 },
    people: [{ actor: ownersReviewer }, { actor: author }, { actor: riskReviewer }],
    writer: { by: 'person', principal: keyOf(author) },
    upstream: { environment: 'staging', newest: 'verified' },
  });
  expect(home.eventsOf('ChangeApproved').map(({ detail, at }) => ({ ...detail, at }))).toMatchObject(
    both.map((actor) => ({ principal: keyOf(actor), flagKey: FLAG, at: TUESDAY })),
  );
  expect(home.eventsOf('ChangeProposed')).toMatchObject([{ detail: { actor: keyOf(author) } }]);
});

it('a trusted submitter brings what others say, but one of them has to say it himself', async () => {
  const submitter = keyOf('control-plane');
  const stated = async (home: Home): Promise<Proposal> => {
    const proposal = naming(await careful(home), both);
    return { ...proposal, change: { ...proposal.change, actor: author } };
  };
  const home = await strict();
  const proposal = await stated(home);
  await approve(home, submitter, proposal, ownersReviewer);
  await approve(home, keyOf(riskReviewer), proposal);
  expect(await rulesBrokenBy(home, proposal, submitter)).toEqual([]);
  expect((await home.current())?.change).toMatchObject({
    actor: author,
    author: submitter,
    authentication: 'submitter control-plane',
    approvals: [
      { actor: ownersReviewer, principal: submitter, submitter: 'control-plane' },
      { actor: riskReviewer, principal: keyOf(riskReviewer) },
    ],
  });

  const other = await strict();
  for (const name of both) await approve(other, submitter, proposal, name);
  expect(await rulesBrokenBy(other, proposal, submitter)).toEqual(['FH-APPROVE-01']);
});

interface Flaw {
  readonly flaw: string;
  /** Changes the proposal, and does what else is wrong. @returns it, under the key that proposes it */
  readonly make: (home: Home, proposal: Proposal) => Promise<{ proposal: Proposal; key?: string }>;
  readonly broken: readonly string[];
}

const approvedByBoth = async (home: Home, proposal: Proposal): Promise<Proposal> => {
  for (const name of both) await approve(home, keyOf(name), proposal);
  return naming(proposal, both);
};

const flaws: readonly Flaw[] = [
  {
    flaw: 'without approvals',
    make: async (_home, proposal) => ({ proposal }),
    broken: ['FH-APPROVE-01', 'FH-APPROVE-01'],
  },
  {
    flaw: 'whose approvals only stand in the proposal',
    make: async (_home, proposal) => {
      const approvals = both.map((actor) => ({
        actor,
        at: TUESDAY,
        proposalDigest: approvedDigestOf(proposal, 'prod'),
      }));
      return { proposal: { ...proposal, change: { ...proposal.change, approvals } } };
    },
    broken: ['FH-APPROVE-01', 'FH-APPROVE-01', 'FH-APPROVE-04', 'FH-APPROVE-04'],
  },
  {
    flaw: 'approved by somebody who has left and by a machine',
    make: async (home, proposal) => {
      const others = ['tom.baker@bank.example', 'flag-pipeline'];
      for (const name of others) await approve(home, keyOf(name), proposal);
      return { proposal: naming(await approvedByBoth(home, proposal), [...others, ...both]) };
    },
    broken: ['FH-APPROVE-06', 'FH-APPROVE-07', 'FH-APPROVE-08'],
  },
  {
    flaw: 'approved by somebody whom nobody knows',
    make: async (home, proposal) => ({
      proposal: naming(await approvedByBoth(home, proposal), ['stranger@bank.example', ...both]),
    }),
    broken: ['FH-APPROVE-04'],
  },
  {
    flaw: 'approved by its author, among others',
    make: async (home, proposal) => {
      await approve(home, keyOf(author), proposal);
      return { proposal: naming(await approvedByBoth(home, proposal), [author, ...both]) };
    },
    broken: ['FH-APPROVE-02', 'FH-APPROVE-08'],
  },
  {
    flaw: 'with the approvals of another document',
    make: async (home, proposal) => {
      await approvedByBoth(home, { ...proposal, document: { ...document, defaultVariant: 'on' } });
      return { proposal: naming(proposal, both) };
    },
    broken: ['FH-APPROVE-01', 'FH-APPROVE-01', 'FH-APPROVE-04', 'FH-APPROVE-04'],
  },
  {
    flaw: 'with approvals that lie under the author’s key',
    make: async (home, proposal) => {
      for (const name of both) await approve(home, keyOf(author), proposal, name);
      return { proposal: naming(proposal, both) };
    },
    broken: ['FH-APPROVE-01', 'FH-APPROVE-01', 'FH-APPROVE-04', 'FH-APPROVE-04'],
  },
  {
    flaw: 'whose values the environment before has never had',
    make: async (home, proposal) => {
      const other = { ...proposal, document: { ...document, variants: { on: true, off: false, half: true } } };
      return { proposal: await approvedByBoth(home, other) };
    },
    broken: ['FH-PROMOTE-04'],
  },
  {
    flaw: 'by somebody who says that he is somebody else',
    make: async (home, proposal) => {
      const { change, ...rest } = await approvedByBoth(home, proposal);
      return { proposal: { ...rest, change: { ...change, actor: 'olga.okafor@bank.example' } } };
    },
    broken: ['FH-RECORD-10'],
  },
  {
    flaw: 'by somebody who has left',
    make: async (home, proposal) => ({
      proposal: await approvedByBoth(home, proposal),
      key: keyOf('tom.baker@bank.example'),
    }),
    broken: ['FH-RECORD-07'],
  },
  {
    flaw: 'by somebody who never signed in',
    make: async (home, proposal) => ({ proposal: await approvedByBoth(home, proposal), key: `local:${author}` }),
    broken: ['FH-RECORD-07'],
  },
  {
    flaw: 'under a session that only looks like an author’s',
    make: async (home, proposal) => ({
      proposal: await approvedByBoth(home, proposal),
      key: keyOf(author).replace('ben.brandt', 'Ben.Brandt'),
    }),
    broken: ['FH-RECORD-07'],
  },
  {
    flaw: 'that a submitter brings for somebody whom nobody knows',
    make: async (home, proposal) => {
      const { change, ...rest } = await approvedByBoth(home, proposal);
      return {
        proposal: { ...rest, change: { ...change, actor: 'stranger@bank.example' } },
        key: keyOf('control-plane'),
      };
    },
    broken: ['FH-RECORD-07'],
  },
];

it.each(flaws)('a change $flaw is refused', async ({ make, broken }) => {
  const home = await strict();
  const { proposal, key } = await make(home, await careful(home));
  const found = await rulesBrokenBy(home, proposal, key);
  expect(found.filter((id) => /APPROVE|PROMOTE|RECORD/.test(id))).toEqual(broken);
  expect(await home.revisions()).toEqual([]);
});

it('says which line the directory lacks', async () => {
  const home = await strict();
  const outcome = await outcomeOf(home, await careful(home), 'AROAPRDAUTHOREXAMPLE3:kim.koch@bank.example');
  expect(outcome).toMatchObject({
    violations: expect.arrayContaining([
      expect.objectContaining({
        ruleId: 'FH-RECORD-07',
        hint: 'Add { "role": "AROAPRDAUTHOREXAMPLE3", "session": "kim.koch@bank.example" } to the principals of its person in fleet/people.json.',
      }),
    ]),
  });
});

it('a kill needs no approval, and one by somebody whom nobody knows is carried out and marked for review', async () => {
  const home = await strict();
  const proposal = await approvedByBoth(home, await careful(home));
  expect(await rulesBrokenBy(home, proposal)).toEqual([]);
  const kill = await home.proposalOf('killed', {
    change: { id: 'kill-00001', actor: author, authentication: '', reason: 'Down.' },
  });
  const stranger = 'AROAPRDAUTHOREXAMPLE3:nobody';
  expect(await outcomeOf(home, kill, stranger)).toMatchObject({ outcome: 'accepted' });
  expect((await home.current())?.change).toMatchObject({ actor: stranger, review: 'unknown-principal' });
  expect(home.eventsOf('ChangeAccepted').at(-1)).toMatchObject({
    detail: { actor: stranger, review: 'unknown-principal' },
  });
  expect(home.log.messages('error')).toContain(
    'kill by somebody whom the directory does not list, carried out: review it',
  );
});

it('a kill that its submitter may not bring is carried out and marked for review', async () => {
  const home = await strict();
  const proposal = await approvedByBoth(home, await careful(home));
  expect(await rulesBrokenBy(home, proposal)).toEqual([]);
  const { submitters, ...directory } = bundledDirectory();
  const narrow = submitters.map((submitter) => ({ ...submitter, submits: ['updated' as const] }));
  Object.assign(home.ports, { directory: { ...directory, submitters: narrow } });
  const kill = await home.proposalOf('killed', {
    change: { id: 'kill-00001', actor: author, authentication: '', reason: 'Down.' },
  });
  expect(await outcomeOf(home, kill, keyOf('control-plane'))).toMatchObject({ outcome: 'accepted' });
  expect((await home.current())?.change).toMatchObject({ actor: author, review: 'unknown-principal' });
});

it('an approval serves one change, also when the flag seems to be back where it was', async () => {
  const home = await strict();
  const proposal = await approvedByBoth(home, await careful(home));
  expect(await rulesBrokenBy(home, proposal)).toEqual([]);
  // As after a move of home that has lost the revision: the same may be proposed again, and is not approved again.
  for (const sk of ['CURRENT', 'REVISION#000001#000000000001', 'FACTS'])
    home.tables.flags.delete({ pk: `FLAG#${FLAG}`, sk });
  home.tables.changes.delete({ pk: `FLAG#${FLAG}`, sk: 'CHANGE#000001#000000000001' });
  const again = { ...proposal, change: { ...proposal.change, id: 'change-0002' } };
  expect(await rulesBrokenBy(home, again, keyOf(ownersReviewer.replace('ada.abel', 'zoe.zhang')))).toEqual(
    expect.arrayContaining(['FH-APPROVE-04', 'FH-APPROVE-04']),
  );
  expect(await home.revisions()).toEqual([]);
});

it.each([
  ['the rules that it was given under', { rulesVersion: RULES_VERSION - 1 }],
  ['the state of the flag', { basedOn: { epoch: 1, revision: 7 } }],
  ['the flag', { flagKey: 'another-flag' }],
])('an approval binds %s', async (_what, otherwise) => {
  const home = await strict();
  const proposal = await careful(home);
  const store = new InMemoryApprovalStore({ proposals: home.tables.proposals, principal: keyOf(riskReviewer) });
  const { flagKey, basedOn } = proposal;
  const digest = approvedDigestOf(proposal, 'prod');
  const approval = { flagKey, basedOn, proposalDigest: digest, rulesVersion: RULES_VERSION, ...otherwise };
  await store.approve(approval);
  await approve(home, keyOf(ownersReviewer), proposal);
  expect(await rulesBrokenBy(home, naming(proposal, both))).toEqual(expect.arrayContaining(['FH-APPROVE-04']));
});

it('an approval that is too old is given once more, and counts from then on', async () => {
  const home = await strict();
  const proposal = await careful(home);
  for (const name of both) await approve(home, keyOf(name), proposal);
  await home.clock.advance((home.ports.policy.maxApprovalAgeHours + 1) * HOUR);
  expect(await rulesBrokenBy(home, naming(proposal, both))).toEqual(['FH-APPROVE-05', 'FH-APPROVE-05']);
  for (const name of both) await approve(home, keyOf(name), proposal, undefined, 'renewed');
  expect(home.eventsOf('ChangeApproved')).toHaveLength(4);
  expect(home.eventsOf('TamperingFound')).toEqual([]);
  const again = { ...proposal, change: { ...proposal.change, id: 'change-0002' } };
  expect(await rulesBrokenBy(home, naming(again, both))).toEqual([]);
  expect((await home.current())?.change.approvals?.map(({ at }) => at)).toEqual([home.clock.now(), home.clock.now()]);
});

it('an author need not say who they are', async () => {
  const home = await strict();
  const { change, ...rest } = await approvedByBoth(home, await careful(home));
  const { actor: _who, authentication: _how, ...silent } = { ...change, approvals: both.map((actor) => ({ actor })) };
  expect(await rulesBrokenBy(home, { ...rest, change: silent } as never)).toEqual([]);
  expect((await home.current())?.change.actor).toBe(author);
});

it('a change was proposed when the stream says so, whatever its author says', async () => {
  const home = createHome();
  await home.clock.advance(TUESDAY - home.clock.now());
  await home.decide('created', { proposedAt: TUESDAY - 300 * HOUR });
  expect((await home.current())?.at.proposed).toBe(TUESDAY);
  expect(home.eventsOf('ChangeProposed')).toMatchObject([{ at: TUESDAY }]);
});

it('a proposal that was written over while it could not be judged is judged as it was written first', async () => {
  const home = createHome();
  const proposal = await home.propose('created');
  const [first] = home.tail.take();
  if (first === undefined) throw new Error('no record');
  const away = { outcome: () => Promise.reject(new UnavailableError('changes', 'Wait.')) };
  expect(await home.deliver([first], { ...home.ports, changes: { ...home.changes, ...away } as never })).toHaveLength(
    1,
  );

  const other = { ...proposal, document: { ...document, defaultVariant: 'on' } };
  const key = { pk: first.dynamodb?.Keys?.['pk']?.S ?? '', sk: first.dynamodb?.Keys?.['sk']?.S ?? '' };
  home.tables.proposals.put({ ...key, proposal: JSON.stringify(other), [PENDING]: '1700000000000' });
  expect(await home.settle()).toEqual([]);
  expect(await home.outcome(proposal.change.id)).toBeUndefined();
  expect(home.eventsOf('TamperingFound')).toHaveLength(1);

  expect(await home.deliver([first])).toEqual([]);
  expect(await home.outcome(proposal.change.id)).toMatchObject({ outcome: 'accepted' });
  expect((await home.current())?.document).toEqual(proposal.document);
});

describe('an approval that is written over', () => {
  const writtenBy = (home: Home, proposal: Proposal, approves: object | null) => {
    const proposalDigest = approvedDigestOf(proposal, 'prod');
    const { flagKey, basedOn } = proposal;
    const approval = { flagKey, basedOn, proposalDigest, rulesVersion: RULES_VERSION, ...approves };
    home.tables.proposals.put({
      pk: `APPROVER#${keyOf(riskReviewer)}`,
      sk: `APPROVAL#${proposalDigest}`,
      approval: approves === null ? 'not yet' : JSON.stringify(approval),
    });
  };
  const given = async (home: Home) =>
    (await home.current())?.change.approvals?.find(({ actor }) => actor === riskReviewer)?.at;

  it('counts from when it first was one, and is told', async () => {
    const home = await strict();
    const proposal = await careful(home);
    writtenBy(home, proposal, null);
    expect(await home.settle()).toEqual([]);
    writtenBy(home, proposal, {});
    await approve(home, keyOf(ownersReviewer), proposal);
    await home.clock.advance(HOUR);
    expect(await rulesBrokenBy(home, naming(proposal, both))).toEqual([]);
    expect(await given(home)).toBe(TUESDAY);
    expect(home.eventsOf('ChangeApproved')).toHaveLength(2);
  });

  it('is not exchanged for the later one while home could not keep it', async () => {
    const home = await strict();
    const proposal = await careful(home);
    writtenBy(home, proposal, { rulesVersion: RULES_VERSION - 1 });
    const [first] = home.tail.take();
    if (first === undefined) throw new Error('no record');
    const away = { note: () => Promise.reject(new UnavailableError('changes', 'Wait.')), found: async () => undefined };
    expect(await home.deliver([first], { ...home.ports, approvals: away })).toHaveLength(1);
    writtenBy(home, proposal, {});
    expect(await home.settle()).toEqual([]);
    expect(await home.deliver([first])).toEqual([]);
    await approve(home, keyOf(ownersReviewer), proposal);
    expect(await rulesBrokenBy(home, naming(proposal, both))).toContain('FH-APPROVE-04');
  });
});
