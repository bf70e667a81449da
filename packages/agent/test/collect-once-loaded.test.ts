import { collectOnceLoaded } from '../lib/collect-once-loaded.ts';
import { createService, says } from './support/service.ts';

it('collects once, at the end of the look that found something to serve', async () => {
  const service = createService();
  const { agent } = service;
  const collected: unknown[] = [];
  collectOnceLoaded(agent, (async (how: unknown) => void collected.push(how)) as typeof gc);
  await agent.look();
  expect([agent.freshness.loaded, collected]).toEqual([false, []]);
  await service.write(says(1));
  await service.load();
  await agent.look();
  await agent.look();
  expect(collected).toEqual([{ type: 'major', execution: 'sync', flavor: 'last-resort' }]);
});

it('does without where Node has no such function', async () => {
  const service = createService();
  collectOnceLoaded(service.agent, undefined);
  await service.load();
  await service.agent.look();
  expect(service.agent.freshness.loaded).toBe(true);
});
