import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import { createConcludeHandler, createJudgeHandler } from '../lib/handler.ts';
import { createHome, verdict } from './support/home.ts';

const elsewhere = { home: async () => ({ region: 'eu-west-1', epoch: 2 }) };

it('decides nothing where another region is home, and fails nothing', async () => {
  const home = createHome();
  const created = await home.accept('created');
  const ports = { ...home.ports, home: elsewhere };
  const judge = createJudgeHandler(ports);
  expect(await judge(sqsEvent([verdict(created, 'eu-west-1', 'inconsistent')]))).toEqual({
    batchItemFailures: [],
  });
  const { change, flagKey, epoch, revision } = created;
  const key = { changeId: change.id, flagKey, order: { epoch, revision } };
  for (const step of ['ask', 'conclude']) {
    expect(await createConcludeHandler(ports)({ step, ...key })).toMatchObject({ settled: true, asked: [] });
  }
  expect(await home.state(created)).toBe('accepted');
  expect(home.bus.published).toEqual([]);
});
