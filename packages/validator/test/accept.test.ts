import { seal } from '@flaghoist/core/envelope';
import { CURRENT_SK, flagPk } from '@flaghoist/core/storage/keys';
import { keyOfProposal } from '@flaghoist/core/storage/proposal-items';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { AUTHOR } from '@flaghoist/test-kit/author';
import { aroundEach } from '@flaghoist/test-kit/trouble';
import { createAcceptHandler, createResumeHandler } from '../lib/handler.ts';
import type { ResumePorts } from '../lib/ports.ts';
import { createHome, document, FLAG, HOME, REGIONS } from './support/home.ts';
import { eventOf, numbersOf } from './support/stream-tail.ts';

const sorted = (names: readonly string[]): string[] => [...names].sort();

describe('a sound proposal', () => {
  it('becomes the current revision, with the facts it was judged by', async () => {
    const home = createHome();
    expect(await home.decide('created')).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 1 } });
    expect(await home.current()).toMatchObject({
      kind: 'created',
      document,
      environment: 'dev',
      regions: [HOME, 'eu-west-1'],
      rulesVersion: RULES_VERSION,
      evidence: { current: null, services: [], prerequisites: [], policy: { version: 1 } },
      at: { accepted: home.clock.now() },
    });
    expect(await home.revisions()).toEqual([await home.current()]);
  });

  it('is published to every region, also to one that is joining or draining', async () => {
    const home = createHome();
    await home.decide('created');
    expect(home.sentTo(1)).toEqual(sorted(REGIONS));
    expect(home.topic.published).toHaveLength(4);
  });

  it('leaves a region that cannot be reached to replication', async () => {
    const home = createHome();
    home.topic.cut('eu-west-1');
    expect(await home.decide('created')).toMatchObject({ outcome: 'accepted' });
    expect(home.sentTo(1)).toEqual(sorted([HOME, 'ap-south-1', 'sa-east-1']));
    expect(home.log.messages('warn')).toEqual(['region not reached on the fast path']);
  });

  it('is told as proposed and accepted, with its place in the chain', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('updated');
    const [first] = await home.revisions();
    expect(home.eventTypes()).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeProposed', 'ChangeAccepted']);
    expect(home.eventsOf('ChangeAccepted')[1]).toMatchObject({
      id: `ChangeAccepted:change-0002:${FLAG}:1.2`,
      detail: { kind: 'updated', actor: 'ada', previousEnvelopeDigest: first?.envelopeDigest },
    });
  });

  it('names the services of its audience and its prerequisites in the evidence', async () => {
    const home = createHome();
    await home.decide('created', { flagKey: 'ledger.v2' });
    await home.decide('created', { audience: ['ledger', 'cards'], prerequisites: ['ledger.v2'] });
    expect((await home.current())?.evidence).toMatchObject({
      services: [
        { name: 'cards', owner: 'team-core', cell: 'cell-1', state: 'serving' },
        { name: 'ledger', owner: 'team-core', cell: 'cell-1', state: 'serving' },
      ],
      prerequisites: [{ flagKey: 'ledger.v2', epoch: 1, revision: 1, flagState: 'live' }],
    });
  });

  it('counts the services that stay, and knows nobody and no other environment yet', async () => {
    const home = createHome();
    await home.decide('created');
    expect((await home.current())?.evidence).toMatchObject({ serviceCount: 3, people: [], upstream: null });
  });

  it('is accepted while the bus is down, and told when it is back', async () => {
    const home = createHome();
    await home.propose('created');
    const records = home.tail.take();
    let down = true;
    const publish = home.bus.publish.bind(home.bus);
    home.bus.publish = async (events) => (down ? Promise.reject(new Error('down')) : publish(events));
    expect(await home.deliver(records)).toEqual(numbersOf(records));
    expect(await home.current()).toMatchObject({ revision: 1 });
    down = false;
    expect(await home.deliver(records)).toEqual([]);
    expect(home.eventTypes()).toEqual(['ChangeProposed']);
  });
});

describe('a proposal that breaks rules', () => {
  it('is rejected with all violations, and never becomes a revision', async () => {
    const home = createHome();
    const outcome = await home.decide('created', {
      audience: ['cards', 'card'],
      owner: '',
      document: { ...document, defaultVariant: 'maybe', state: 'enabled' },
    });
    expect(outcome).toMatchObject({
      outcome: 'rejected',
      violations: [
        { ruleId: 'FH-AUDIENCE-01', pointer: '/audience/0' },
        { ruleId: 'FH-DOC-03', pointer: '/document/state' },
        { ruleId: 'FH-LIFE-01', pointer: '/owner' },
        { ruleId: 'FH-VARIANT-03', pointer: '/document/defaultVariant' },
      ],
    });
    expect(await home.revisions()).toEqual([]);
    expect(home.topic.published).toEqual([]);
    expect(home.eventTypes()).toEqual(['ChangeProposed', 'ChangeRejected']);
    expect(home.eventsOf('ChangeRejected')[0]).toMatchObject({ detail: { reason: 'rules', actor: 'ada' } });
  });

  it.each([
    ['infinity', '1e999', 'FH-SAFE-04', '/document/variants/limit'],
    ['half a surrogate pair', '"\\ud83d"', 'FH-SAFE-03', '/document/variants/limit'],
    ['a hundred levels', `${'['.repeat(100)}${']'.repeat(100)}`, 'FH-LIMIT-01', expect.stringContaining('/document')],
  ])('is rejected when canonical JSON has no form for it: %s', async (_name, value, ruleId, pointer) => {
    const home = createHome();
    const proposal = await home.proposalOf('created');
    const text = JSON.stringify(proposal).replace('"variants":{', `"variants":{"limit":${value},`);
    home.tables.proposals.put({ ...keyOfProposal({ author: AUTHOR, changeId: proposal.change.id }), proposal: text });
    expect(await home.settle()).toEqual([]);
    expect(await home.outcome(proposal.change.id)).toMatchObject({
      outcome: 'rejected',
      violations: [{ ruleId, pointer }],
    });
  });

  it('is rejected when it would reach the prototype of an object', async () => {
    const home = createHome();
    const metadata = JSON.parse('{"__proto__":{"admin":true}}');
    expect(await home.decide('created', { document: { ...document, metadata } })).toMatchObject({
      violations: expect.arrayContaining([
        expect.objectContaining({ ruleId: 'FH-SAFE-01', pointer: '/document/metadata/__proto__' }),
      ]),
    });
  });

  it('is an error in the log when judging itself failed, and only then', async () => {
    const home = createHome();
    await home.decide('created', { owner: '' });
    expect(home.log.messages('error')).toEqual([]);

    const { change } = await home.propose('created');
    const directory = JSON.parse('{"people":[{"actor":"ada"}],"submitters":[]}');
    expect(await home.deliver(home.tail.take(), { ...home.ports, directory })).toEqual([]);
    expect(await home.outcome(change.id)).toMatchObject({
      outcome: 'rejected',
      violations: [{ ruleId: 'FH-RULES-03', pointer: '/evidence/people' }],
    });
    expect(home.log.messages('error')).toEqual(['proposal rejected because judging failed']);
  });

  it('is accepted with a warning', async () => {
    const home = createHome();
    const single = { state: 'ENABLED', variants: { off: false }, defaultVariant: 'off' };
    expect(await home.decide('created', { document: single })).toMatchObject({ outcome: 'accepted' });
    expect(home.log.lines.at(-1)?.fields).toMatchObject({ warnings: ['FH-VARIANT-04'] });
  });
});

describe('a proposal against another revision than CURRENT', () => {
  it('conflicts, and names what is there', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('updated');
    const basedOn = { epoch: 1, revision: 1 };
    expect(await home.decide('updated', { basedOn })).toMatchObject({
      outcome: 'conflict',
      basedOn,
      current: { epoch: 1, revision: 2 },
    });
    expect(await home.decide('created', { basedOn: null })).toMatchObject({ outcome: 'conflict' });
    expect(home.eventsOf('ChangeConflicted')).toHaveLength(2);
    expect(await home.revisions()).toHaveLength(2);
  });

  it('is accepted when it is a kill', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('updated');
    const outcome = await home.decide('killed', { basedOn: { epoch: 1, revision: 1 } });
    expect(outcome).toMatchObject({ outcome: 'accepted', order: { revision: 3 } });
    expect(await home.current()).toMatchObject({
      flagState: 'killed',
      document: { state: 'ENABLED', variants: document.variants, defaultVariant: 'off' },
    });
  });

  it('loses to another author who writes in between', async () => {
    const home = createHome();
    await home.decide('created');
    const [one, other] = [await home.propose('updated'), await home.propose('updated')];
    await home.settle();
    const outcomes = [await home.outcome(one.change.id), await home.outcome(other.change.id)];
    expect(outcomes.map((outcome) => outcome?.outcome)).toEqual(['accepted', 'conflict']);
  });
});

describe('a killed flag', () => {
  it('stays killed under an update, and comes back with a restore', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('killed');
    await home.decide('updated', { document: { ...document, defaultVariant: 'on' } });
    expect(await home.current()).toMatchObject({ flagState: 'killed', document: { defaultVariant: 'off' } });
    expect((await home.current())?.document).not.toHaveProperty('targeting');
    await home.decide('restored');
    expect(await home.current()).toMatchObject({ flagState: 'live', document });
  });

  it('is killed without paperwork', async () => {
    const home = createHome();
    await home.decide('created');
    const change = { id: 'in-a-hurry-1', actor: 'ada', authentication: 'local', reason: '' };
    expect(await home.decide('killed', { change, proposedAt: 0 })).toMatchObject({ outcome: 'accepted' });
  });

  it('cannot be killed when it is archived, or never was', async () => {
    const home = createHome();
    expect(await home.decide('killed')).toMatchObject({ outcome: 'rejected' });
    await home.decide('created');
    await home.decide('archived');
    expect(await home.decide('killed')).toMatchObject({
      violations: expect.arrayContaining([expect.objectContaining({ ruleId: 'FH-KIND-01' })]),
    });
    expect(await home.current()).toMatchObject({ flagState: 'archived', document: null });
  });

  it('is killed in the end, however often others are faster', async () => {
    const home = createHome();
    await home.decide('created');
    const kill = await home.propose('killed');
    const records = home.tail.take();
    const contended = (losses: number) => {
      let lost = 0;
      return aroundEach(home.ports, async (call, name) => (name === 'accept' && ++lost <= losses ? 'moved' : call()));
    };
    expect(await home.deliver(records, contended(100))).toEqual(numbersOf(records));
    expect(await home.outcome(kill.change.id)).toBeUndefined();
    // Within one delivery: the next one comes seconds later.
    expect(await home.deliver(records, contended(30))).toEqual([]);
    expect(await home.outcome(kill.change.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('is no conflict when an update loses every race with other flags: it is judged again, and keeps nobody waiting', async () => {
    const home = createHome();
    await home.decide('created');
    const update = await home.propose('updated');
    const contended = aroundEach(home.ports, async (call, name) => (name === 'accept' ? 'moved' : call()));
    expect(await home.deliver(home.tail.take(), contended)).toEqual([]);
    expect(await home.outcome(update.change.id)).toBeUndefined();
    await home.clock.advance(30_000);
    const resume = (ports: ResumePorts) => home.clock.run(createResumeHandler(ports)({}));
    expect(await resume(contended)).toMatchObject({ found: 1, ended: 0, failed: 1 });
    expect(await resume(home.ports)).toMatchObject({ found: 1, ended: 1 });
    expect(await home.outcome(update.change.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('is a conflict, not a retry, when CURRENT has moved on in the last of an update’s races', async () => {
    const home = createHome();
    await home.decide('created');
    const update = await home.propose('updated');
    const records = home.tail.take();
    await home.propose('updated');
    const faster = eventOf(...home.tail.take());
    let races = 0;
    const contended = aroundEach(home.ports, async (call, name) => {
      if (name !== 'accept') return call();
      races += 1;
      if (races === 6) await createAcceptHandler(home.ports)(faster);
      return 'moved';
    });
    expect(await home.deliver(records, contended)).toEqual([]);
    expect(await home.outcome(update.change.id)).toMatchObject({
      outcome: 'conflict',
      basedOn: { epoch: 1, revision: 1 },
      current: { epoch: 1, revision: 2 },
    });
  });
});

describe('a retried proposal', () => {
  it('is recognised by author and id, and nothing is done or published again', async () => {
    const home = createHome();
    const proposal = await home.propose('created');
    const records = home.tail.take();
    await home.deliver(records);
    await home.settle();
    expect(await home.author.propose(proposal)).toBe('ended');
    await home.deliver(records);
    expect(await home.revisions()).toHaveLength(1);
    expect(home.topic.published).toHaveLength(REGIONS.length);
    expect(new Set(home.bus.published.map(({ id }) => id)).size).toBe(2);
  });

  it('stays refused', async () => {
    const home = createHome();
    const proposal = await home.propose('updated');
    const records = home.tail.take();
    await home.deliver(records);
    await home.decide('created');
    await home.deliver(records);
    expect(await home.outcome(proposal.change.id)).toMatchObject({ outcome: 'rejected' });
    expect(await home.revisions()).toHaveLength(1);
  });
});

describe('a CURRENT written around the validator', () => {
  it('is put back before the proposal is judged', async () => {
    const home = createHome();
    await home.decide('created');
    const accepted = await home.current();
    if (accepted === null) throw new Error('nothing was accepted');
    const { envelopeDigest: _digest, documentDigest: _document, ...content } = accepted;
    const forged = seal({ ...content, revision: 9, document: { ...document, defaultVariant: 'on' } });
    home.tables.flags.put({
      pk: flagPk(FLAG),
      sk: CURRENT_SK,
      epoch: 1,
      revision: 9,
      envelopeDigest: forged.envelopeDigest,
      envelope: JSON.stringify(forged),
    });
    const outcome = await home.decide('updated', { basedOn: { epoch: 1, revision: 1 } });
    expect(outcome).toMatchObject({ outcome: 'accepted', order: { revision: 2 } });
    expect((await home.revisions()).map(({ revision }) => revision)).toEqual([1, 2]);
    expect((await home.current())?.previousEnvelopeDigest).toBe(accepted.envelopeDigest);
    expect(home.log.messages('warn')).toEqual(['CURRENT was written around the validator, put back']);
  });

  it('is put back when only its bytes were changed', async () => {
    const home = createHome();
    await home.decide('created');
    home.tables.flags.write({ update: { pk: flagPk(FLAG), sk: CURRENT_SK }, set: { envelope: '{}' } });
    const outcome = await home.decide('killed', { basedOn: { epoch: 1, revision: 1 } });
    expect(outcome).toMatchObject({ outcome: 'accepted', order: { revision: 2 } });
    expect(home.log.messages('warn')).toEqual(['CURRENT was written around the validator, put back']);
  });

  it('is written again when it was removed', async () => {
    const home = createHome();
    await home.decide('created');
    home.tables.flags.delete({ pk: flagPk(FLAG), sk: CURRENT_SK });
    expect(await home.decide('updated', { basedOn: { epoch: 1, revision: 1 } })).toMatchObject({
      order: { revision: 2 },
    });
  });
});

it.each([
  ['bytes', { envelope: '{}' }],
  ['digest', { envelopeDigest: '0'.repeat(64) }],
])('a kill is accepted where the %s of the newest revision were altered, and CURRENT was not', async (_what, set) => {
  const home = createHome();
  await home.decide('created');
  home.tables.flags.write({ update: { pk: flagPk(FLAG), sk: 'REVISION#000001#000000000001' }, set });
  expect(await home.decide('killed')).toMatchObject({ outcome: 'accepted', order: { revision: 2 } });
  expect(await home.current()).toMatchObject({ flagState: 'killed', revision: 2 });
  expect(home.deadLetters.given).toEqual([]);
});

describe('an item that is no proposal', () => {
  it('gets its answer, and does not hold up its neighbours', async () => {
    const home = createHome();
    home.tables.proposals.put({
      ...keyOfProposal({ author: AUTHOR, changeId: 'junk-0001' }),
      proposal: '{"flagKey":"Bad Key"}',
    });
    await home.propose('created');
    home.tables.proposals.put({ ...keyOfProposal({ author: AUTHOR, changeId: 'junk-0002' }), proposal: 'not json' });
    expect(await home.settle()).toEqual([]);
    expect(await home.outcome('junk-0001')).toMatchObject({
      outcome: 'rejected',
      violations: expect.arrayContaining([expect.objectContaining({ ruleId: 'FH-PROPOSAL-01', pointer: '/flagKey' })]),
    });
    expect(await home.outcome('junk-0002')).toMatchObject({ outcome: 'rejected' });
    expect(await home.current()).toMatchObject({ revision: 1 });
    expect(home.eventsOf('ChangeRejected')).toHaveLength(2);
  });

  it.each([{}, { proposal: 7 }])('gets its answer, too, when there is nothing to read in it: %p', async (content) => {
    const home = createHome();
    home.tables.proposals.put({ ...content, ...keyOfProposal({ author: AUTHOR, changeId: 'junk-0003' }) });
    expect(await home.settle()).toEqual([]);
    expect(await home.outcome('junk-0003')).toMatchObject({
      outcome: 'rejected',
      violations: [{ ruleId: 'FH-PROPOSAL-01', pointer: '/proposal' }],
    });
  });

  it('lies among the dead letters, and holds up nobody, when its stream has no new images', async () => {
    const home = createHome();
    await home.propose('created');
    const records = home.tail.take();
    const keysOnly = records.map((record) => {
      const { NewImage: _left, ...dynamodb } = record.dynamodb ?? {};
      return { ...record, dynamodb };
    });
    expect(await home.deliver(keysOnly)).toEqual([]);
    expect(home.deadLetters.given.map(({ body }) => JSON.parse(body))).toEqual(expect.arrayContaining(keysOnly));
    expect(home.deadLetters.given[0]?.reason).toContain('NewImage');
  });

  it('cannot answer for another change', async () => {
    const home = createHome();
    const { change, ...proposal } = await home.proposalOf('created');
    const text = JSON.stringify({ ...proposal, change });
    home.tables.proposals.put({ ...keyOfProposal({ author: AUTHOR, changeId: 'somebody-elses' }), proposal: text });
    await home.settle();
    expect(await home.outcome(change.id)).toBeUndefined();
    expect(await home.outcome('somebody-elses')).toMatchObject({ violations: [{ pointer: '/change/id' }] });
  });

  it('gets its answer under a key that is no change id, too', async () => {
    const home = createHome();
    home.tables.proposals.put({ ...keyOfProposal({ author: AUTHOR, changeId: '?' }), proposal: '{}' });
    expect(await home.settle()).toEqual([]);
    expect(await home.outcome('?')).toMatchObject({ outcome: 'rejected', changeId: '?' });
  });

  it('is reported by its sequence number while the dead letters do not take it', async () => {
    const home = createHome();
    home.tables.changes.put({ pk: 'AUTHOR#x', sk: 'OUTCOME#?', outcome: '{}' });
    const records = home.tail.take();
    home.deadLetters.takeDown();
    expect(await home.deliver(records)).toEqual(numbersOf(records));
    home.deadLetters.bringUp();
    expect(await home.deliver(records)).toEqual([]);
    expect(home.deadLetters.given.map(({ body }) => JSON.parse(body))).toEqual(records);
    expect(home.log.messages('error')).toContain('stream record cannot be handled, given to the dead letters');
  });

  it('is given up, not repeated, when our own code breaks on it', async () => {
    const home = createHome();
    await home.propose('created');
    const broken = async () => {
      throw new TypeError('cannot read properties of undefined');
    };
    const ports = { ...home.ports, topology: { latest: broken } };
    expect(await home.deliver(home.tail.take(), ports)).toEqual([]);
    expect(home.deadLetters.given).toMatchObject([{ reason: expect.stringContaining('TypeError') }]);
  });
});
