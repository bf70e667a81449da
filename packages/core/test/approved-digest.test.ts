import { approvedDigestOf } from '../lib/approved-digest.ts';
import type { Proposal } from '../lib/proposal.ts';
import { proposalOf } from './support.ts';

const asked = proposalOf();
const digest = approvedDigestOf(asked, 'prod');

it.each<{ what: string; otherwise: Partial<Proposal> }>([
  { what: 'flag', otherwise: { flagKey: 'another' } },
  { what: 'kind of change', otherwise: { kind: 'restored' } },
  { what: 'state of the flag', otherwise: { basedOn: { epoch: 1, revision: 9 } } },
  { what: 'document', otherwise: { document: { ...asked.document, defaultVariant: 'off' } } },
  { what: 'off variant', otherwise: { offVariant: 'none' } },
  { what: 'audience', otherwise: { audience: ['ledger'] } },
  { what: 'owner', otherwise: { owner: 'somebody-else' } },
  { what: 'list of prerequisites', otherwise: { prerequisites: ['another'] } },
  { what: 'time at which it is judged', otherwise: { notBefore: 1_800_000_000_000 } },
  { what: 'set of shared evaluators', otherwise: { source: { $evaluators: { german: {} } } } },
])('an approval does not hold for another $what', ({ otherwise }) => {
  expect(approvedDigestOf({ ...asked, ...otherwise }, 'prod')).not.toBe(digest);
});

it('an approval does not hold in another environment', () => {
  expect(approvedDigestOf(asked, 'staging')).not.toBe(digest);
});

it('an approval holds when the same is proposed again, for another reason and by somebody else', () => {
  const again = proposalOf({
    change: { ...asked.change, id: 'change-0099', actor: 'noor', reason: 'Once more.', approvals: [] },
    proposedAt: asked.proposedAt + 60_000,
  });
  expect(approvedDigestOf(again, 'prod')).toBe(digest);
});
