import { CANARY_AUTHOR, CANARY_FLAG } from '../../lib/canary.ts';
import { type FlagDocument, recordOf } from '../../lib/envelope.ts';
import { eventOf } from '../../lib/events.ts';
import type { FactsChange } from '../../lib/facts.ts';
import type { ExpectRow } from '../../lib/ports/verification-store.ts';
import { approvalWrite, draftWrite, givenWrite, renewalWrite, usedWrites } from '../../lib/storage/approval-items.ts';
import {
  acceptance,
  decision,
  leftWrite,
  outcomeWrite,
  proofWrite,
  restoration,
} from '../../lib/storage/change-writes.ts';
import { drawersWrites, drawnWrites } from '../../lib/storage/drawn-items.ts';
import { homeWrite, rulesVersionWrite, storedOf, topologyWrite } from '../../lib/storage/flag-items.ts';
import { type ItemKind, itemKinds, keyWords } from '../../lib/storage/item-kinds.ts';
import { approverPk, authorPk } from '../../lib/storage/keys.ts';
import { outageEnded, redisDegraded } from '../../lib/storage/outage-items.ts';
import { overwritingWrite } from '../../lib/storage/overwriting-items.ts';
import { proposalWrite, retryWrite, settlement, withdrawalWrite } from '../../lib/storage/proposal-items.ts';
import {
  failedWritesWrite,
  outageBeginning,
  outageEnding,
  outageGoingOn,
  toldWrite,
  wellWrite,
} from '../../lib/storage/redis-notes.ts';
import { progressWrite } from '../../lib/storage/trail-items.ts';
import {
  answering,
  expectation,
  failureWrite,
  leaseReturning,
  leaseTaking,
} from '../../lib/storage/verification-writes.ts';
import type { Key, Write } from '../../lib/storage/write.ts';
import { proofWith, proposalOf, revisionOf, topologyOf } from '../support.ts';

const patternOf = (key: string): RegExp => {
  const parts = key.split(/(<[^>]+>)/).map((part) => {
    if (!part.startsWith('<')) return part.replaceAll(/[^\w#]/g, '\\$&');
    const word = keyWords[part];
    if (word === undefined) throw new Error(`no such word: ${part}`);
    return word;
  });
  return new RegExp(`^${parts.join('')}$`);
};
const describes = (kind: ItemKind, table: string, { pk, sk }: Key): boolean =>
  kind.table === table && patternOf(kind.pk).test(pk) && patternOf(kind.sk).test(sk);
const nameOf = ({ table, pk, sk }: ItemKind): string => `${table} ${pk} ${sk}`;

/** Keys that look as much like the key of another kind as the word allows. */
const examples: Readonly<Record<string, readonly string[]>> = {
  '<flag key>': ['checkout', 'current', 'a.b-c_d'],
  '<change id>': ['change-0001', 'CURRENT', 'PROPOSAL', 'OUTCOME', 'ROW', 'LEASE', '1700000000000'],
  '<order>': ['000001#000000000001'],
  '<time>': ['1700000000000'],
  '<minute>': ['29333333'],
  '<version>': ['000000000001'],
  '<counter>': ['07'],
  '<region>': ['eu-west-1'],
  '<service>': ['billing', 'lease'],
  '<redis>': ['shared-1'],
  '<cell>': ['cell-1'],
  '<digest>': ['a'.repeat(64)],
  '<aws:userid>': ['AROAEXAMPLE:ada@example.com', 'AIDAEXAMPLE'],
  '<actor>': ['ada@example.com', 'flag-pipeline', 'a#b'],
  '<letters>': ['checkoutpage'],
};
const instancesOf = (key: string): string[] => {
  const word = /<[^>]+>/.exec(key)?.[0];
  if (word === undefined) return [key];
  return (examples[word] ?? []).flatMap((example) => instancesOf(key.replace(word, example)));
};
const keysOf = ({ pk, sk }: ItemKind): Key[] =>
  instancesOf(pk).flatMap((first) => instancesOf(sk).map((second) => ({ pk: first, sk: second })));

it('no two kinds of item can have the same key', () => {
  for (const kind of itemKinds) {
    const keys = keysOf(kind);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(itemKinds.filter((other) => describes(other, kind.table, key)).map(nameOf)).toEqual([nameOf(kind)]);
    }
  }
});

it('only one kind of item is called CURRENT: the index by sort key lists them', () => {
  expect(itemKinds.filter(({ sk }) => patternOf(sk).test('CURRENT')).map(nameOf)).toEqual([
    'flags FLAG#<flag key> CURRENT',
  ]);
});

const first = revisionOf({ kind: 'created' });
const judged = recordOf(first);
const row: ExpectRow = {
  ...judged,
  audience: '*',
  departed: [],
  expectedAt: 1_700_000_000_000,
  answer: 'unknown',
  look: 1,
  refusal: 'FH-X-01',
};
const blame = { region: 'eu-west-1', services: [] };
const now = 1_700_000_000_000;
const author = 'AROAEXAMPLE:ada@example.com';
const pending = { author, changeId: 'change-0001', text: '{}', pending: '1', isWithdrawn: false };
const approval = { flagKey: 'flag', proposalDigest: 'a'.repeat(64), basedOn: null, rulesVersion: 1 };
const used = { actor: 'ada', at: now, principal: author, proposalDigest: approval.proposalDigest };
const facts: FactsChange = {
  moves: true,
  epoch: 2,
  begins: ['base'],
  ends: ['other'],
  versions: [['base', 1]],
  renewed: [{ flagKey: 'gamma', version: 1, epoch: 1, next: { epoch: 2, revision: 2 } }],
  needed: { counter: 1, epoch: 1, completed: { epoch: 1, keys: ['child'] } },
  alike: { count: 0, epoch: 0, completed: { epoch: 1, keys: [] } },
  since: null,
};
const proof = proofWith('eu-west-1', 'unknown');
const outage = { region: 'eu-west-1', redis: 'shared-1', since: now };
const revert = {
  action: 'revert',
  judged,
  now,
  revert: first,
  knownGood: null,
  target: null,
  blame,
  outages: [outage],
  revertsPerMinute: 1,
} as const;

const overwritten = eventOf({
  type: 'TamperingFound',
  identity: ['proposal'],
  region: 'eu-west-1',
  at: now,
  detail: { flagKey: 'flag', what: 'proposal', by: author, was: 'a'.repeat(64), found: 'b'.repeat(64) },
});

/** At least one write of each item of the book. */
const writes: readonly Write[] = [
  proposalWrite(proposalOf(), { author, now }),
  ...[retryWrite(pending, proposalOf(), { author, now }), settlement(pending), withdrawalWrite(pending, now)].filter(
    (write) => write !== undefined,
  ),
  approvalWrite(author, approval),
  approvalWrite(author, approval, 'ada'),
  draftWrite(author, proposalOf(), 'prod'),
  ...[undefined, 'ada'].flatMap((actor) => {
    const { proposalDigest } = approval;
    const given = { principal: author, proposalDigest, ...(actor === undefined ? {} : { actor }) };
    return renewalWrite({ ...given, text: JSON.stringify(approval), times: 1 }, approval) ?? [];
  }),
  givenWrite({ principal: author, proposalDigest: approval.proposalDigest }, { approval, at: now, times: 1 }, now),
  givenWrite(
    { principal: author, proposalDigest: approval.proposalDigest, actor: 'ada' },
    { approval, at: now, times: 1 },
    now,
  ),
  ...[authorPk(author), approverPk(author)].map((pk) => overwritingWrite({ pk, sk: 'any' }, overwritten, now)),
  ...usedWrites({ ...first, change: { ...first.change, approvals: [used, { ...used, submitter: 'console' }] } }),
  leftWrite({ author, changeId: 'change-0001' }, '0'.repeat(64)),
  outcomeWrite({
    outcome: 'accepted',
    author,
    changeId: 'change-0001',
    proposedDigest: '0'.repeat(64),
    flagKey: 'flag',
    order: judged.order,
  }),
  outcomeWrite({
    outcome: 'rejected',
    author,
    changeId: 'change-0001',
    proposedDigest: '0'.repeat(64),
    flagKey: 'flag',
    actor: 'ada',
    at: now,
    violations: [],
  }),
  ...[progressWrite(undefined, { through: now, chain: null, askedAt: 0 }, undefined)].filter(
    (write) => write !== undefined,
  ),
  proofWrite(judged, proof),
  proofWrite({ ...judged, flagKey: CANARY_FLAG }, proof),
  ...acceptance(first, null, facts),
  ...acceptance(
    revisionOf(
      { kind: 'created', flagKey: CANARY_FLAG },
      { written: { author: CANARY_AUTHOR, proposedDigest: '0'.repeat(64) } },
    ),
    null,
    facts,
  ),
  ...decision({ action: 'verify', judged, now, knownGood: { from: null } }),
  ...decision(revert),
  redisDegraded(outage, ['billing']),
  outageEnded(outage),
  restoration('flag', null, storedOf(first)),
  ...drawnWrites({ ...first, document: { ...first.document, targeting: { fractional: [['on', 1]] } } as FlagDocument }),
  ...drawersWrites(topologyOf(), { actor: 'ada', at: now, follows: 0 }, []),
  topologyWrite(topologyOf(), { actor: 'ada', at: now, follows: 0 }),
  rulesVersionWrite('eu-west-1', 2, now),
  homeWrite({ region: 'eu-west-1', epoch: 1, actor: 'ada', at: now }, null),
  homeWrite(
    { region: 'us-east-1', epoch: 2, actor: 'ada', at: now },
    { region: 'eu-west-1', epoch: 1, actor: '', at: 0 },
  ),
  ...expectation(row),
  ...answering(row, 'open', 2),
  leaseTaking('me', now, now + 1),
  ...leaseReturning('me', [1]),
  failureWrite({ service: 'billing', change: judged, at: now, windowMs: 1 }),
  failedWritesWrite({ redis: 'redis-1', count: 1, error: 'OOM', at: now }),
  outageBeginning('redis-1', 'OOM', now),
  outageGoingOn('redis-1', 'OOM', now),
  ...outageEnding('redis-1', { since: now, error: 'OOM', lastAt: now }, now),
  toldWrite('redis-1', now),
  wellWrite('redis-1', 'cell-1', now),
];

const touchedBy = (write: Write): { key: Key; attributes: string[] } => {
  if ('put' in write) return { key: write.put, attributes: Object.keys(write.put) };
  if ('delete' in write) return { key: write.delete, attributes: [] };
  if ('check' in write) return { key: write.check, attributes: [] };
  const { set, add, remove = [] } = write;
  return { key: write.update, attributes: [...Object.keys({ ...set, ...add }), ...remove] };
};

/** As it stands in the table of kinds: one that names a flag is described there. */
const attributeOf = ({ attributes }: ItemKind, name: string): string =>
  attributes.find((form) => patternOf(form).test(name)) ?? name;

it('each write is of an item of the table of kinds, in its table, with the attributes that stand there', () => {
  const written = new Map<ItemKind, Set<string>>();
  for (const write of writes) {
    const { key, attributes } = touchedBy(write);
    const kinds = itemKinds.filter((kind) => describes(kind, write.table, key));
    expect({ key: `${write.table} ${key.pk} ${key.sk}`, kinds: kinds.length }).toMatchObject({ kinds: 1 });
    for (const kind of kinds) {
      const seen = written.get(kind) ?? new Set<string>();
      for (const name of attributes) if (name !== 'pk' && name !== 'sk') seen.add(attributeOf(kind, name));
      written.set(kind, seen);
    }
  }
  const found = [...written].map(([kind, attributes]) => `${nameOf(kind)}: ${[...attributes].sort().join(', ')}`);
  const wanted = itemKinds.map((kind) => `${nameOf(kind)}: ${[...kind.attributes].sort().join(', ')}`);
  expect(found.sort()).toEqual(wanted.sort());
});

it('each kind says who writes it', () => {
  for (const { writer } of itemKinds) expect(writer).not.toBe('');
});
