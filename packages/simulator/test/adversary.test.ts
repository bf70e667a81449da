import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { changeIdentity } from '@flaghoist/core/change-events';
import { eventOf } from '@flaghoist/core/events';
import type { Proposal } from '@flaghoist/core/proposal';
import { approverPk, authorPk } from '@flaghoist/core/storage/keys';
import { PENDING } from '@flaghoist/core/storage/proposal-items';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { Client, roles, sessionOf, task, user } from './support/accounts.ts';
import { booleanFlag, rev } from './support/flags.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

/*
 * Mallory is an author like any other: a user of the account, listed in the directory, with exactly an author's policies. She
 * puts whatever IAM lets her put. Nothing may be decided wrongly, nothing may be stuck, and everything must be in the trail.
 */

const person = (session: string, roleNames: string[]) => ({
  actor: `${session}@bank.example`,
  teams: ['team-payments'],
  roles: roleNames,
  human: true,
  active: true,
  principals: [{ role: roles.author.id, session }],
});
const directory = {
  people: [
    person('mallory', []),
    person('mia', ['reviewer']),
    person('noor', ['reviewer']),
    {
      ...person('pipeline', ['reviewer']),
      actor: 'pipeline',
      human: false,
      principals: [{ role: roles.pipeline.id, session: 'console' }],
    },
  ],
  submitters: [
    { name: 'console', principals: [{ role: roles.console.id, session: 'console' }], submits: ['updated' as const] },
  ],
};
const policy = { ...DEFAULT_POLICY, version: 2, approvalsRequired: 1, approverRoles: ['reviewer'] };

const start = async (seed: number, parts: object = {}) => {
  const t = await startWorld({ regions: 2, services: 2, seed, environment: 'prod', policy, directory, ...parts });
  const client = (name: string) => new Client(t, sessionOf(user(name), roles.author, name));
  t.author = client('mia').principal;
  return { t, mallory: client('mallory'), noor: client('noor'), mia: client('mia') };
};

const asked = (t: TestWorld, id: string, parts: Partial<Proposal> = {}): Proposal => ({
  flagKey: defaultFlag,
  kind: 'created',
  basedOn: null,
  document: booleanFlag(1),
  offVariant: 'off',
  audience: '*',
  owner: 'team-payments',
  change: {
    id,
    actor: '',
    authentication: '',
    reason: 'Agreed on.',
    approvals: [{ actor: 'noor@bank.example', at: 0 }],
  },
  proposedAt: t.scheduler.now(),
  ...parts,
});

const approvalOf = (proposal: Proposal): string => {
  const { flagKey, basedOn } = proposal;
  return JSON.stringify({
    flagKey,
    basedOn,
    proposalDigest: approvedDigestOf(proposal, 'prod'),
    rulesVersion: RULES_VERSION,
  });
};

/** An approval under the approver's key. */
const approve = (by: Client, proposal: Proposal): void => {
  const sk = `APPROVAL#${approvedDigestOf(proposal, 'prod')}`;
  by.put({ pk: approverPk(by.principal), sk, approval: approvalOf(proposal) });
};

const propose = (by: Client, proposal: Proposal): void =>
  by.write(`PROPOSAL#${proposal.change.id}`, { proposal: JSON.stringify(proposal), [PENDING]: '1700000000000' });

const rulesFor = async (t: TestWorld, by: Client, id: string): Promise<string[]> => {
  await t.until(
    `${id} has its outcome`,
    async () => (await t.world.home.changes.outcome(by.principal, id)) !== undefined,
  );
  const outcome = await t.world.home.changes.outcome(by.principal, id);
  return outcome?.outcome === 'rejected' ? outcome.violations.map(({ ruleId }) => ruleId) : [String(outcome?.outcome)];
};

const typesOf = async (t: TestWorld, changeId: string): Promise<string[]> => {
  await t.advance(5_000);
  return (await t.world.audit.search({ changeId })).map(({ type }) => type);
};

/** A sound change by others goes through, and nothing of home is left over. */
const livesOn = async ({ t, mia, noor }: Awaited<ReturnType<typeof start>>, id = 'sound-change-1'): Promise<void> => {
  const sound = asked(t, id, { flagKey: 'sound-flag' });
  approve(noor, sound);
  propose(mia, sound);
  expect(await rulesFor(t, mia, id)).toEqual(['accepted']);
  await t.until('it is verified', async () => (await t.record('sound-flag', rev(1)))?.state === 'verified');
  for (const [name, queue] of t.world.home.queues) {
    if (name.endsWith('-dropped') || name.endsWith('-dead')) expect([name, queue.waiting]).toEqual([name, 0]);
  }
};

describe('names of others', () => {
  it('are not to be had: no session, no key', async () => {
    const { t, mallory, mia } = await start(901);
    expect(() => sessionOf(user('mallory'), roles.author, 'mia')).toThrow('AccessDenied');
    expect(() => sessionOf(user('mallory'), roles.console, 'console')).toThrow('AccessDenied');
    expect(() => sessionOf(task('pipeline-task'), roles.author, 'mia')).toThrow('AccessDenied');
    for (const pk of [authorPk(mia.principal), approverPk(mia.principal), 'CHANGE#x', `FLAG#${defaultFlag}`]) {
      expect(() => mallory.put({ pk, sk: 'PROPOSAL#forged-id-1', proposal: '{}' })).toThrow('AccessDenied');
    }
    // The same name under a role of another account does not reach the table at all.
    const abroad = new Client(t, { ...sessionOf(user('mia'), roles.second, 'mia'), account: '222222222222' });
    expect(() => abroad.write('PROPOSAL#forged-id-1', {})).toThrow('AccessDenied');
  });

  it.each([
    ['under a second role', () => sessionOf(user('mallory'), roles.second, 'mia')],
    ['in another case', () => sessionOf(user('Mia'), roles.author, 'Mia')],
    ['with something behind it', () => sessionOf(user('mia2'), roles.author, 'mia2')],
  ])('%s prove nobody: neither proposals nor approvals count', async (_how, session) => {
    const world = await start(902);
    const { t, mallory } = world;
    const forged = new Client(t, session());
    const proposal = asked(t, 'forged-id-1');
    approve(forged, proposal);
    propose(forged, { ...proposal, change: { ...proposal.change, actor: 'mia@bank.example' } });
    expect(await rulesFor(t, forged, 'forged-id-1')).toEqual(['FH-APPROVE-01', 'FH-APPROVE-04', 'FH-RECORD-07']);
    const named = { ...proposal.change, approvals: [{ actor: 'mia@bank.example', at: 0 }] };
    propose(mallory, { ...proposal, change: { ...named, id: 'forged-id-2' } });
    expect(await rulesFor(t, mallory, 'forged-id-2')).toEqual(['FH-APPROVE-01', 'FH-APPROVE-04']);
    expect(await typesOf(t, 'forged-id-1')).toEqual(['ChangeProposed', 'ChangeRejected']);
    expect(await t.revisions()).toEqual([]);
    await livesOn(world);
  });

  it('that only stand in a proposal are not believed, and a kill in them is reviewed', async () => {
    const world = await start(903);
    const { t, mallory, mia, noor } = world;
    const proposal = asked(t, 'change-0001');
    approve(noor, proposal);
    propose(mia, proposal);
    expect(await rulesFor(t, mia, 'change-0001')).toEqual(['accepted']);

    const change = { id: 'kill-00001', actor: 'mia@bank.example', authentication: 'sso', reason: 'Down.' };
    const { document: _none, ...kill } = asked(t, 'kill-00001', { kind: 'killed', change });
    propose(mallory, kill);
    expect(await rulesFor(t, mallory, 'kill-00001')).toEqual(['accepted']);
    expect((await t.current())?.change).toMatchObject({ actor: 'mallory@bank.example', author: mallory.principal });

    const stranger = new Client(t, sessionOf(user('mallory'), roles.second, 'mia'));
    propose(stranger, { ...kill, change: { ...change, id: 'kill-00002' } });
    expect(await rulesFor(t, stranger, 'kill-00002')).toEqual(['accepted']);
    expect((await t.current())?.change).toMatchObject({ actor: stranger.principal, review: 'unknown-principal' });
    await livesOn(world);
  });
});

describe('approvals', () => {
  it('of what mallory asked for first serve nothing that she asks for later', async () => {
    const world = await start(904);
    const { t, mallory, noor } = world;
    const harmless = asked(t, 'harmless-1');
    mallory.write(`DRAFT#${approvedDigestOf(harmless, 'prod')}`, { draft: JSON.stringify(harmless) });
    approve(noor, harmless);
    await t.advance(1_000);
    const other = { ...harmless, document: booleanFlag(2) };
    mallory.write(`DRAFT#${approvedDigestOf(harmless, 'prod')}`, { draft: JSON.stringify(other) });
    propose(mallory, { ...other, change: { ...other.change, id: 'other-doc-1' } });
    expect(await rulesFor(t, mallory, 'other-doc-1')).toEqual(['FH-APPROVE-01', 'FH-APPROVE-04']);
    propose(mallory, harmless);
    expect(await rulesFor(t, mallory, 'harmless-1')).toEqual(['accepted']);
    await livesOn(world);
  });

  it('by mallory herself, by a machine, and in the name of others under her key count for nothing', async () => {
    const world = await start(905);
    const { t, mallory } = world;
    const digestOf = (proposal: Proposal) => approvedDigestOf(proposal, 'prod');
    const proposal = asked(t, 'own-approval-1');
    approve(mallory, proposal);
    mallory.put({
      pk: approverPk(mallory.principal),
      sk: `APPROVAL#${digestOf(proposal)}#noor@bank.example`,
      approval: approvalOf(proposal),
    });
    const pipeline = new Client(t, sessionOf(task('console-task'), roles.pipeline, 'console'));
    approve(pipeline, proposal);
    const naming = (id: string, actor: string) => ({
      ...proposal,
      change: { ...proposal.change, id, approvals: [{ actor, at: 0 }] },
    });
    propose(mallory, naming('own-approval-1', 'mallory@bank.example'));
    propose(mallory, naming('own-approval-2', 'noor@bank.example'));
    propose(mallory, naming('own-approval-3', 'pipeline'));
    expect(await rulesFor(t, mallory, 'own-approval-1')).toEqual(['FH-APPROVE-02', 'FH-APPROVE-08']);
    expect(await rulesFor(t, mallory, 'own-approval-2')).toEqual(['FH-APPROVE-01', 'FH-APPROVE-04']);
    expect(await rulesFor(t, mallory, 'own-approval-3')).toEqual(['FH-APPROVE-06']);
    await livesOn(world);
  });

  it('and changes that a submitter brings in somebody’s name are those for which the directory trusts it', async () => {
    const world = await start(912);
    const { t, mallory } = world;
    // It may bring updates only: whoever gets hold of it can neither create nor approve in the name of others.
    const submitter = new Client(t, sessionOf(task('console-task'), roles.console, 'console'));
    const proposal = asked(t, 'in-a-name-1', {
      change: { ...asked(t, 'in-a-name-1').change, actor: 'mia@bank.example' },
    });
    submitter.put({
      pk: approverPk(submitter.principal),
      sk: `APPROVAL#${approvedDigestOf(proposal, 'prod')}#noor@bank.example`,
      approval: approvalOf(proposal),
    });
    propose(submitter, proposal);
    expect(await rulesFor(t, submitter, 'in-a-name-1')).toEqual(['FH-APPROVE-01', 'FH-APPROVE-04', 'FH-RECORD-10']);
    propose(mallory, asked(t, 'in-a-name-2'));
    expect(await rulesFor(t, mallory, 'in-a-name-2')).toEqual(['FH-APPROVE-01', 'FH-APPROVE-04']);
    await livesOn(world);
  });

  it('of one proposal with an id of somebody else’s answer nobody else’s', async () => {
    const world = await start(906);
    const { t, mallory, mia, noor } = world;
    const proposal = asked(t, 'the-same-id-1');
    propose(mallory, { ...proposal, document: booleanFlag(3) });
    expect(await rulesFor(t, mallory, 'the-same-id-1')).toEqual(['FH-APPROVE-01', 'FH-APPROVE-04']);
    approve(noor, proposal);
    propose(mia, proposal);
    expect(await rulesFor(t, mia, 'the-same-id-1')).toEqual(['accepted']);
    expect((await typesOf(t, 'the-same-id-1')).filter((type) => type === 'ChangeProposed')).toHaveLength(2);
    await livesOn(world);
  });
});

describe('what was written already', () => {
  it('cannot be changed any more: neither a proposal that was accepted nor an approval that was given', async () => {
    const world = await start(907);
    const { t, mallory, noor } = world;
    const proposal = asked(t, 'change-0001');
    approve(noor, proposal);
    propose(mallory, proposal);
    expect(await rulesFor(t, mallory, 'change-0001')).toEqual(['accepted']);
    const accepted = await t.current();

    propose(mallory, { ...proposal, document: booleanFlag(9) });
    const sk = `APPROVAL#${approvedDigestOf(proposal, 'prod')}`;
    noor.put({ pk: approverPk(noor.principal), sk, approval: '{}' });
    await t.advance(90_000);
    expect(await t.current()).toEqual(accepted);
    expect(await t.revisions()).toHaveLength(1);
    const found = await t.world.audit.search({ type: 'TamperingFound' });
    expect(found.map(({ detail }) => detail)).toMatchObject([
      { what: 'proposal', by: mallory.principal, changeId: 'change-0001', flagKey: defaultFlag },
      { what: 'approval', by: noor.principal, flagKey: defaultFlag },
    ]);
    expect(t.log.messages('error')).toContain('what home had heard of was overwritten; it changes nothing');
    await livesOn(world);
  });

  it('is judged as it was written first, also when it is overwritten before anybody has looked', async () => {
    const world = await start(908);
    const { t, mallory, noor } = world;
    const proposal = asked(t, 'change-0001');
    approve(noor, proposal);
    propose(mallory, proposal);
    propose(mallory, { ...proposal, document: booleanFlag(9) });
    expect(await rulesFor(t, mallory, 'change-0001')).toEqual(['accepted']);
    expect((await t.current())?.document).toEqual(proposal.document);
    await t.advance(90_000);
    expect(await t.revisions()).toHaveLength(1);
    expect(await typesOf(t, 'change-0001')).toEqual(expect.arrayContaining(['TamperingFound', 'ChangeAccepted']));
    await livesOn(world);
  });
});

it('a region cannot tell the trail what only home decides, before home has decided it', async () => {
  const world = await start(911);
  const { t, mallory, noor } = world;
  const other = t.regions.find((name) => name !== t.home) ?? '';
  const proposal = asked(t, 'change-0001');
  approve(noor, proposal);
  const about = { flagKey: defaultFlag, changeId: 'change-0001', order: { epoch: 1, revision: 1 } };
  const forged = eventOf({
    type: 'ChangeVerified',
    identity: changeIdentity(about),
    region: other,
    at: t.scheduler.now(),
    detail: { ...about, knownGood: false },
  });
  await t.world.region(other).bus.publish([forged]);
  await t.advance(5_000);
  propose(mallory, proposal);
  expect(await rulesFor(t, mallory, 'change-0001')).toEqual(['accepted']);
  await t.advance(30 * 60_000);
  const told = await t.world.audit.search({ changeId: 'change-0001' });
  expect(told.filter(({ id }) => id === forged.id)).toMatchObject([{ region: t.home, detail: { knownGood: true } }]);
  expect(told).toContainEqual(
    expect.objectContaining({
      type: 'TamperingFound',
      detail: expect.objectContaining({ by: other, found: forged.id }),
    }),
  );
  await livesOn(world);
});

it('an id that a revert will have is nobody’s: what is squatted on does not switch the rollback off', async () => {
  const lenient = { ...policy, approvalsRequired: 0, approverRoles: [] };
  const world = await start(909, { policy: lenient });
  const { t, mallory, mia } = world;
  propose(mia, asked(t, 'change-0001', { change: { ...asked(t, 'change-0001').change, approvals: [] } }));
  expect(await rulesFor(t, mia, 'change-0001')).toEqual(['accepted']);
  await t.until('it is verified', async () => (await t.record(defaultFlag, rev(1)))?.state === 'verified');

  for (const sk of ['PROPOSAL#revert-change-0002', 'OUTCOME#revert-change-0002', 'OUTCOME#change-0002']) {
    mallory.write(sk, { proposal: 'squatted', outcome: '{"outcome":"accepted"}', [PENDING]: '1700000000000' });
  }
  for (const sk of ['PROOF#us-east-1', 'CHANGE#000001#000000000002', 'APPROVAL#x', 'GIVEN#x']) mallory.write(sk, {});
  t.region(1).caches.breakService(t.service(1), 'ignores-writes');
  const { approvals: _none, ...change } = asked(t, 'change-0002').change;
  propose(mallory, {
    ...asked(t, 'change-0002', { kind: 'updated', basedOn: rev(1), document: booleanFlag(2) }),
    change,
  });
  await t.until('it is taken back', async () => (await t.record(defaultFlag, rev(2)))?.state === 'rolled-back', 1_000);
  expect(await t.current()).toMatchObject({ kind: 'rolled-back', document: booleanFlag(1) });
});

const LONG = 'x'.repeat(380_000);
const withChange = (t: TestWorld, id: string, change: object): string =>
  JSON.stringify({ ...asked(t, id), change: { ...asked(t, id).change, ...change } });

/** Items that IAM cannot forbid, each a sort key and attributes. */
const junk: readonly [string, string, (t: TestWorld) => Record<string, string | number>][] = [
  ['without attributes', 'PROPOSAL#junk-00001', () => ({})],
  ['a number', 'PROPOSAL#junk-00001', () => ({ proposal: 7 })],
  ['no JSON', 'PROPOSAL#junk-00001', () => ({ proposal: '{"flagKey":"', [PENDING]: '0' })],
  ['JSON of another kind', 'PROPOSAL#junk-00001', () => ({ proposal: '[]', [PENDING]: 'tomorrow' })],
  ['nested deeply', 'PROPOSAL#junk-00001', () => ({ proposal: `${'['.repeat(90_000)}${']'.repeat(90_000)}` })],
  ['of 380 KB', 'PROPOSAL#junk-00001', (t) => ({ proposal: withChange(t, 'junk-00001', { reason: LONG }) })],
  ['by an actor of 380 KB', 'PROPOSAL#junk-00001', (t) => ({ proposal: withChange(t, 'junk-00001', { actor: LONG }) })],
  ['under another id', 'PROPOSAL#junk-00001', (t) => ({ proposal: JSON.stringify(asked(t, 'junk-00002')) })],
  ['without an id', 'PROPOSAL#', (t) => ({ proposal: JSON.stringify(asked(t, 'junk-00001')) })],
  ['under an id of 900 letters', `PROPOSAL#${'y'.repeat(900)}`, () => ({ proposal: '{}', [PENDING]: '1' })],
  ['under an id that no id may be', 'PROPOSAL#../\u202e#\u0000 ', () => ({ proposal: '{}', [PENDING]: '1' })],
  ['with names of every object', 'PROPOSAL#__proto__', () => ({ proposal: '{"__proto__":{"flagKey":"x"}}' })],
  [
    'with a thousand approvals',
    'PROPOSAL#junk-00001',
    (t) => ({
      proposal: withChange(t, 'junk-00001', {
        approvals: Array.from({ length: 1_000 }, () => ({ actor: 'noor@bank.example' })),
      }),
    }),
  ],
  [
    'that says what only home says',
    'PROPOSAL#junk-00001',
    (t) => ({
      proposal: withChange(t, 'junk-00001', { author: 'AROAPRDAUTHOREXAMPLE3:noor', review: 'unknown-principal' }),
    }),
  ],
];

it.each(junk)('a proposal %s ends as rejected, is in the trail, and holds up nobody', async (_what, sk, attributes) => {
  const world = await start(910);
  const { t, mallory } = world;
  mallory.write(sk, attributes(t));
  const id = sk.slice('PROPOSAL#'.length);
  expect(await rulesFor(t, mallory, id)).toEqual(expect.arrayContaining([expect.stringMatching(/^FH-/)]));
  await livesOn(world);
  await t.advance(5_000);
  const told = await t.world.audit.search({ type: 'ChangeRejected' });
  expect(told).toHaveLength(1);
  expect(t.world.home.proposalsTable.having('pending')).toEqual([]);
});

it.each<[string, string, Record<string, string | number>]>([
  ['no digest', 'APPROVAL#', { approval: '{}' }],
  ['another word', 'APPROVAL#noor', { approval: 'yes' }],
  ['a digest, and says nothing', `APPROVAL#${'a'.repeat(64)}`, {}],
  ['a digest, and says something else', `APPROVAL#${'a'.repeat(64)}`, { approval: '{"proposalDigest":"b"}' }],
  ['a digest and a name of 900 letters', `APPROVAL#${'a'.repeat(64)}#${'y'.repeat(900)}`, { approval: LONG }],
])('an approval with %s counts for nothing, and holds up nobody', async (_what, sk, attributes) => {
  const world = await start(911);
  const { t, mallory } = world;
  mallory.put({ ...attributes, pk: approverPk(mallory.principal), sk });
  await livesOn(world);
  await t.advance(5_000);
  const given = await t.world.audit.search({ type: 'ChangeApproved' });
  expect(given).toHaveLength(1);
});
