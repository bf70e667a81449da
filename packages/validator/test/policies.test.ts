import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import type { Proposal } from '@flaghoist/core/proposal';
import { upstreamFlagsIn } from '@flaghoist/core/upstream';
import { bundledDirectory, policyNamed } from '@flaghoist/fleet/policies';
import { createHome, FLAG, type Home } from './support/home.ts';

/*
 * The strictest policy of this release, its directory and the environment before, at work together: what one careful change
 * takes, and what is said of one that is not.
 */

const HOUR = 3_600_000;
const author = 'ben.brandt@bank.example';
const ownersReviewer = 'ada.abel@bank.example';
const riskReviewer = 'noor.haddad@bank.example';
const document = {
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  metadata: { type: 'release', expires: '2026-03-02' },
};

/** A Tuesday, 10:00 UTC: within the hours for changes, and in no freeze. */
const TUESDAY = Date.UTC(2026, 0, 13, 10);

/** Verified in the environment before, three hours ago. */
const promoted = async (): Promise<Home> => {
  const before = createHome();
  await before.clock.advance(TUESDAY - 3 * HOUR - before.clock.now());
  Object.assign(before.ports, { environment: 'staging' });
  expect(await before.decide('created', { document, owner: 'team-payments' })).toMatchObject({ outcome: 'accepted' });
  const judged = await before.changes.record(FLAG, { epoch: 1, revision: 1 });
  if (judged === undefined) throw new Error('no record');
  await before.changes.decide({ action: 'verify', judged, now: before.clock.now(), knownGood: { from: null } });
  return before;
};

const strict = async (): Promise<Home> => {
  const home = createHome();
  await home.clock.advance(TUESDAY - home.clock.now());
  Object.assign(home.ports, {
    environment: 'prod',
    policy: policyNamed('prod.v1'),
    directory: bundledDirectory(),
    upstream: upstreamFlagsIn(await promoted()),
  });
  return home;
};

const careful = async (home: Home): Promise<Proposal> => {
  const { change: _anonymous, ...rest } = await home.proposalOf('created', { document, owner: 'team-payments' });
  const authentication = `arn:aws:sts::123456789012:assumed-role/flag-author/${author}`;
  const change = { actor: author, authentication, reason: 'Agreed on with operations.', ticket: 'PAY-1042' };
  return { ...rest, change: { id: 'change-0001', ...change } };
};

const approvedBy = (proposal: Proposal, actors: readonly string[], of: Proposal = proposal): Proposal => ({
  ...proposal,
  change: {
    ...proposal.change,
    approvals: actors.map((actor) => ({
      actor,
      at: TUESDAY - HOUR,
      proposalDigest: approvedDigestOf(of, 'prod'),
    })),
  },
});

const both = [ownersReviewer, riskReviewer];

const rulesBrokenBy = async (home: Home, proposal: Proposal): Promise<string[]> => {
  await home.author.propose(proposal);
  expect(await home.settle()).toEqual([]);
  const outcome = await home.outcome(proposal.change.id);
  return outcome?.outcome === 'rejected' ? outcome.violations.map(({ ruleId }) => ruleId) : [];
};

it('a careful change that others have approved is accepted, and carries the policy it was judged by', async () => {
  const home = await strict();
  expect(await rulesBrokenBy(home, approvedBy(await careful(home), both))).toEqual([]);
  const current = await home.current();
  expect(current?.evidence).toMatchObject({
    policy: { version: 1, approvalsRequired: 2 },
    people: [{ actor: ownersReviewer }, { actor: author }, { actor: riskReviewer }],
    upstream: { environment: 'staging', newest: 'verified' },
  });
});

it.each<{ flaw: string; make: (proposal: Proposal) => Proposal; broken: string[] }>([
  { flaw: 'without approvals', make: (proposal) => proposal, broken: ['FH-APPROVE-01'] },
  {
    flaw: 'approved by somebody who has left and by a machine',
    make: (proposal) => approvedBy(proposal, ['tom.baker@bank.example', 'flag-pipeline', ...both]),
    broken: ['FH-APPROVE-06', 'FH-APPROVE-07', 'FH-APPROVE-08'],
  },
  {
    flaw: 'approved by somebody whom nobody knows',
    make: (proposal) => approvedBy(proposal, ['stranger@bank.example', ...both]),
    broken: ['FH-APPROVE-08'],
  },
  {
    flaw: 'with the approvals of another document',
    make: (proposal) => approvedBy(proposal, both, { ...proposal, document: { ...document, defaultVariant: 'on' } }),
    broken: ['FH-APPROVE-04', 'FH-APPROVE-04'],
  },
  {
    flaw: 'whose values the environment before has never had',
    make: (proposal) => {
      const other = { ...proposal, document: { ...document, variants: { on: true, off: false, half: true } } };
      return approvedBy(other, both);
    },
    broken: ['FH-PROMOTE-04'],
  },
  {
    flaw: 'whose values are new and that calls itself a flag of operations',
    make: (proposal) => {
      const metadata = { ...document.metadata, type: 'ops' };
      return approvedBy(
        { ...proposal, document: { ...document, metadata, variants: { ...document.variants, half: true } } },
        both,
      );
    },
    broken: ['FH-PROMOTE-04'],
  },
  {
    flaw: 'by somebody who signed in as somebody else',
    make: (proposal) =>
      approvedBy({ ...proposal, change: { ...proposal.change, actor: 'tom.baker@bank.example' } }, both),
    broken: ['FH-RECORD-10'],
  },
  {
    flaw: 'by somebody who never signed in',
    make: (proposal) => approvedBy({ ...proposal, change: { ...proposal.change, authentication: 'local' } }, both),
    broken: ['FH-RECORD-07', 'FH-RECORD-10'],
  },
])('a change $flaw is refused', async ({ make, broken }) => {
  const home = await strict();
  const found = await rulesBrokenBy(home, make(await careful(home)));
  expect(found.filter((id) => /APPROVE|PROMOTE|RECORD/.test(id))).toEqual(broken);
  expect(await home.revisions()).toEqual([]);
});
