import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import type { FlagDocument } from '@flaghoist/core/envelope';
import type { Proposal } from '@flaghoist/core/proposal';
import { bundledDirectory, policyNamed } from '@flaghoist/fleet/policies';
import { InMemoryApprovalStore } from '@flaghoist/in-memory/approval-store';
import { InMemoryProposalStore } from '@flaghoist/in-memory/proposal-store';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { createHome, FLAG, type Home, upstreamOf } from './home.ts';

export const HOUR = 3_600_000;
/** The newest production policy that is shipped. */
const POLICY = 'prod.v3';
export const author = 'ben.brandt@bank.example';
export const ownersReviewer = 'ada.abel@bank.example';
export const riskReviewer = 'noor.haddad@bank.example';
export const both = [ownersReviewer, riskReviewer];
export const document = {
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  metadata: { type: 'release', expires: '2026-03-02' },
};

/** A Tuesday, 10:00 UTC: within the hours for changes, and in no freeze. */
export const TUESDAY = Date.UTC(2026, 0, 13, 10);

/** Verified in the environment before, three hours ago. */
const promoted = async (promotedDocument: FlagDocument): Promise<Home> => {
  const before = createHome();
  await before.clock.advance(TUESDAY - 3 * HOUR - before.clock.now());
  Object.assign(before.ports, { environment: 'staging' });
  expect(
    await before.decide('created', {
      document: promotedDocument,
      offVariant: offVariantOf(promotedDocument),
      owner: 'team-payments',
    }),
  ).toMatchObject({ outcome: 'accepted' });
  const judged = await before.changes.record(FLAG, { epoch: 1, revision: 1 });
  if (judged === undefined) throw new Error('no record');
  await before.changes.decide({ action: 'verify', judged, now: before.clock.now(), knownGood: { from: null } });
  return before;
};

const offVariantOf = ({ defaultVariant }: FlagDocument): string => String(defaultVariant);

/** Production, where this document was verified in the environment before: its default variant is the off variant. */
export const strict = async (promotedDocument: FlagDocument = document): Promise<Home> => {
  const home = createHome();
  await home.clock.advance(TUESDAY - home.clock.now());
  Object.assign(home.ports, {
    environment: 'prod',
    policy: policyNamed(POLICY),
    directory: bundledDirectory(),
    upstream: upstreamOf(await promoted(promotedDocument)),
  });
  return home;
};

/** The principal of this environment, which is that of the last account listed. */
export const keyOf = (name: string): string => {
  const { people, submitters } = bundledDirectory();
  const { principals = [] } =
    people.find(({ actor }) => actor === name) ?? submitters.find((submitter) => submitter.name === name) ?? {};
  const principal = principals.at(-1);
  if (principal === undefined) throw new Error(`${name} has no principal`);
  return `${principal.role}:${principal.session}`;
};

export const careful = async (home: Home): Promise<Proposal> => {
  const { change: _anonymous, ...rest } = await home.proposalOf('created', { document, owner: 'team-payments' });
  const change = { actor: '', authentication: '', reason: 'Agreed on with operations.', ticket: 'PAY-1042' };
  return { ...rest, change: { id: 'change-0001', ...change } };
};

export const naming = (proposal: Proposal, actors: readonly string[]): Proposal => ({
  ...proposal,
  change: { ...proposal.change, approvals: actors.map((actor) => ({ actor, at: 0 })) },
});

/** Lays an approval of a proposal under a key, an hour before anybody proposes. */
export const approve = async (
  home: Home,
  key: string,
  proposal: Proposal,
  actor?: string,
  result = 'written',
): Promise<void> => {
  const store = new InMemoryApprovalStore({ proposals: home.tables.proposals, principal: key });
  const { flagKey, basedOn } = proposal;
  const approval = {
    flagKey,
    basedOn,
    proposalDigest: approvedDigestOf(proposal, 'prod'),
    rulesVersion: RULES_VERSION,
  };
  expect(await store.approve(approval, actor)).toBe(result);
  expect(await home.settle()).toEqual([]);
};

export const outcomeOf = async (home: Home, proposal: Proposal, key: string) => {
  const store = new InMemoryProposalStore({ proposals: home.tables.proposals, principal: key, clock: home.clock });
  await store.propose(proposal);
  expect(await home.settle()).toEqual([]);
  return home.changes.outcome(key, proposal.change.id);
};

export const rulesBrokenBy = async (home: Home, proposal: Proposal, key = keyOf(author)): Promise<string[]> => {
  const outcome = await outcomeOf(home, proposal, key);
  return outcome?.outcome === 'rejected' ? outcome.violations.map(({ ruleId }) => ruleId) : [];
};
