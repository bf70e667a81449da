import { RecordingChangeTopic } from '@flaghoist/in-memory/change-topic';
import { FAST_PATH_MS } from '../lib/fast-path.ts';
import { createAcceptHandler } from '../lib/handler.ts';
import { createHome, HOME, REGIONS } from './support/home.ts';
import { eventOf } from './support/stream-tail.ts';

it('a region that swallows requests delays neither the next change of the flag nor the batch by more than its limit', async () => {
  const home = createHome();
  const topic = new RecordingChangeTopic();
  const publish = topic.publish.bind(topic);
  topic.publish = (region, envelope) => (region === 'eu-west-1' ? new Promise(() => {}) : publish(region, envelope));
  await home.propose('created');
  for (let revision = 1; revision <= 20; revision += 1) {
    await home.propose('updated', { basedOn: { epoch: 1, revision } });
  }
  const records = home.tail.take();
  const startedAt = home.clock.now();
  await home.clock.run(createAcceptHandler({ ...home.ports, topic })(eventOf(...records)));
  expect(await home.current()).toMatchObject({ revision: 21 });
  expect(home.clock.now() - startedAt).toBeLessThanOrEqual(FAST_PATH_MS);
  expect(topic.regionsSent(21)).toEqual(REGIONS.filter((region) => region !== 'eu-west-1').sort());
});

it('a batch is over as soon as every region has taken everything', async () => {
  const home = createHome();
  await home.propose('created');
  const topic = new RecordingChangeTopic();
  const publish = topic.publish.bind(topic);
  topic.publish = async (region, envelope) => {
    if (region !== HOME) await home.clock.sleep(120);
    return publish(region, envelope);
  };
  const startedAt = home.clock.now();
  await home.clock.run(createAcceptHandler({ ...home.ports, topic })(eventOf(...home.tail.take())));
  expect(home.clock.now() - startedAt).toBe(120);
  expect(topic.regionsSent(1)).toEqual([...REGIONS].sort());
});

it('a region that cannot be reached is named, and costs no acceptance', async () => {
  const home = createHome();
  home.topic.cut('eu-west-1');
  expect(await home.decide('created')).toMatchObject({ outcome: 'accepted' });
  expect(home.log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
    { message: 'region not reached on the fast path', fields: { to: 'eu-west-1' } },
  ]);
});
