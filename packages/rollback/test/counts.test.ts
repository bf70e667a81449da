import { CANARY_AUTHOR, CANARY_FLAG } from '@flaghoist/core/canary';
import { digestOf } from '@flaghoist/core/canonical-json';
import { recordOf } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { recordItem } from '@flaghoist/core/storage/change-items';
import { flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import { createJudgeHandler } from '../lib/handler.ts';
import { createHome, FLAG, verdict } from './support/home.ts';

const countedOf = (home: ReturnType<typeof createHome>) => home.metrics.measured.map(({ took }) => took);

it('a change that is taken back is counted once, however often its answer comes', async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const updated = await home.accept('updated');
  const answer = verdict(updated, 'eu-west-1', 'inconsistent');
  await home.deliver(answer);
  await home.deliver(answer);
  expect(home.metrics.measured).toEqual([
    { took: { reverts: 1 }, about: { flagKey: 'beta', changeId: updated.change.id } },
  ]);
});

it('so is one that is held', async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const killed = await home.accept('killed');
  const answer = verdict(killed, 'eu-west-1', 'inconsistent');
  await home.deliver(answer);
  await home.deliver(answer);
  expect(countedOf(home)).toEqual([{ held: 1 }]);
});

it('so is one that ends unverified, and nothing counts one that is verified', async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const silent = await home.accept('updated');
  await home.step('conclude', silent);
  await home.step('conclude', silent);
  expect(countedOf(home)).toEqual([{ unverified: 1 }]);
});

it('the canary is taken back when no revert is left for anybody else, and counts nowhere', async () => {
  const home = createHome({ revertsPerMinute: 0 });
  const probe = await home.accept('created', { flagKey: CANARY_FLAG, by: CANARY_AUTHOR });
  await home.deliver(verdict(probe, 'eu-west-1', 'inconsistent'));
  expect(await home.state(probe)).toBe('rolled-back');
  expect(countedOf(home)).toEqual([]);
  const created = await home.accept('created');
  await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
  expect(await home.record(created)).toMatchObject({ state: 'held', holdReason: 'revert-budget' });
});

it('one that known good passes is not held once more: nobody is called again, and nothing is sent', async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const killed = await home.accept('killed');
  await home.deliver(verdict(killed, 'eu-west-1', 'inconsistent'));
  await home.prove(killed);
  expect(await home.knownGood()).toBe(killed.revision);
  expect(countedOf(home)).toEqual([{ held: 1 }]);
  expect(home.log.messages('error')).toEqual(['change held']);
  expect(home.topic.published).toHaveLength(1);
});

it('one that is held because the place of its revert is taken by what was accepted counts too', async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const updated = await home.accept('updated');
  const place = { epoch: updated.epoch, revision: updated.revision + 1 };
  const { envelopeDigest, ...content } = { ...updated, ...place };
  const sealed = { ...content, envelopeDigest: digestOf(content) };
  expect(sealed.envelopeDigest).not.toBe(envelopeDigest);
  home.tables.flags.put({
    pk: flagPk(FLAG),
    sk: revisionSk(place),
    ...place,
    envelopeDigest: sealed.envelopeDigest,
    envelope: JSON.stringify(sealed),
  });
  home.tables.changes.put(recordItem(recordOf(sealed)));
  await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'));
  expect(await home.record(updated)).toMatchObject({ state: 'held', holdReason: 'revert-refused' });
  expect(countedOf(home)).toEqual([{ held: 1 }]);
});

it.each([
  ['reverts', 'updated'],
  ['held', 'killed'],
] as const)('%s are counted once though the answer of the deciding transaction was lost', async (counted, kind) => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const change = await home.accept(kind);
  const changes = new Proxy(home.changes, {
    get: (target, method) => {
      if (method !== 'decide') return Reflect.get(target, method).bind(target);
      return async (...given: Parameters<typeof target.decide>) => {
        await target.decide(...given);
        throw new UnavailableError('the table changes', 'The answer was lost.');
      };
    },
  });
  const answer = verdict(change, 'eu-west-1', 'inconsistent');
  const judge = createJudgeHandler({ ...home.ports, changes });
  await home.clock.run(judge(sqsEvent([answer])));
  await home.deliver(answer);
  expect(countedOf(home)).toEqual([{ [counted]: 1 }]);
});

it('what another one decided while the own transaction failed is left for that one to count', async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const updated = await home.accept('updated');
  const changes = new Proxy(home.changes, {
    get: (target, method) => {
      if (method !== 'decide') return Reflect.get(target, method).bind(target);
      return async (write: Parameters<typeof target.decide>[0]) => {
        await target.decide({ ...write, now: write.now - 1 });
        throw new UnavailableError('the table changes', 'It was throttled.');
      };
    },
  });
  const judge = createJudgeHandler({ ...home.ports, changes });
  const answer = verdict(updated, 'eu-west-1', 'inconsistent');
  expect((await home.clock.run(judge(sqsEvent([answer])))).batchItemFailures).toHaveLength(1);
  expect(await home.state(updated)).toBe('rolled-back');
  expect(countedOf(home)).toEqual([]);
});
