import { bucketings } from '@flaghoist/core/evaluator';
import { answerBy } from '@flaghoist/test-kit/bucketing';
import { CARRIED } from '../lib/evaluator.ts';
import { PROBE_CALLER, PROBE_FLAG, probeOf } from '../lib/probe.ts';
import { createService, type ServedService, says, serveService, type TestService } from './support/service.ts';

let service: TestService;
let served: ServedService;
beforeEach(async () => {
  service = createService();
  served = await serveService(service);
});
afterEach(async () => {
  await served.stop();
  await service.agent.stop();
});

it('has a caller whom each bucketing puts into the bucket of its own name', () => {
  const { targeting } = JSON.parse(`{${probeOf(CARRIED[0]).definition}}`)[PROBE_FLAG];
  const asked = { rule: targeting, flagKey: PROBE_FLAG };
  expect(bucketings.map((bucketing) => answerBy(bucketing, { ...asked, targetingKey: PROBE_CALLER }))).toEqual([
    ...bucketings,
  ]);
  for (const bucketing of bucketings) expect(answerBy(bucketing, { ...asked, targetingKey: 'ada' })).toBe('unasked');
});

it('answers over OFREP by the evaluator of the agent, whatever a flag of that name says', async () => {
  await service.write({ flagKey: PROBE_FLAG, ...says('mine') });
  await service.load();
  await service.agent.start();
  expect((await served.evaluate(PROBE_FLAG, { targetingKey: PROBE_CALLER })).json).toMatchObject({
    ...{ key: PROBE_FLAG, value: 'v2', variant: 'v2', reason: 'TARGETING_MATCH' },
    metadata: { agent: expect.stringContaining('flagd-core') },
  });
  expect((await served.evaluate(PROBE_FLAG, { targetingKey: 'ada' })).json).toMatchObject({ variant: 'unasked' });
  expect((await served.evaluateAll({ targetingKey: 'ada' })).text).not.toContain('mine');
});

it('is no answer while nothing was read, and counts in no figure of what is held', async () => {
  expect((await served.evaluate(PROBE_FLAG, { targetingKey: PROBE_CALLER })).json).toMatchObject({
    errorCode: 'PROVIDER_NOT_READY',
  });
  const before = service.agent.flags.digest;
  await service.load();
  await service.agent.start();
  expect(service.agent.flags.digest).toBe(before);
});
