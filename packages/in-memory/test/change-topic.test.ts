import { parseEnvelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { audienceFilter, InMemoryChangeTopic, RecordingChangeTopic } from '@flaghoist/in-memory/change-topic';
import { legs, modelledLatency } from '@flaghoist/in-memory/latency';
import { Network } from '@flaghoist/in-memory/network';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Topic } from '@flaghoist/in-memory/topic';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { envelopeOf } from '@flaghoist/test-kit/envelope';

const HOME = 'eu-west-1';
const FAR = 'us-east-1';

const world = () => {
  const scheduler = new VirtualScheduler();
  const network = new Network();
  const topics = new Map([HOME, FAR].map((region) => [region, new Topic({ region, scheduler })]));
  const received: [region: string, service: string, body: string][] = [];
  for (const [region, topic] of topics) {
    for (const service of ['payments', 'billing']) {
      topic.subscribe({ send: (body) => void received.push([region, service, body]) }, audienceFilter(service));
    }
  }
  const changes = new InMemoryChangeTopic({ region: HOME, topics, clock: scheduler, network });
  return { scheduler, network, topics, received, changes };
};

describe('InMemoryChangeTopic', () => {
  it('delivers the envelope itself, unwrapped, to every service of that region', async () => {
    const { changes, scheduler, received } = world();
    await changes.publish(FAR, envelopeOf());
    await scheduler.runUntilIdle();
    expect(received.map(([region, service]) => `${region} ${service}`)).toEqual([`${FAR} payments`, `${FAR} billing`]);
    expect(parseEnvelope(received[0]?.[2] ?? '')).toEqual(envelopeOf());
  });

  it('keeps a change away from services that it does not concern, but not from those that depart', async () => {
    const { changes, scheduler, received } = world();
    await changes.publish(HOME, envelopeOf({ audience: ['search'], departed: ['billing'] }));
    await scheduler.runUntilIdle();
    expect(received.map(([, service]) => service)).toEqual(['billing']);
  });

  it('reaches no other region while one of the two is cut off; its own always', async () => {
    const { changes, network } = world();
    for (const cut of [HOME, FAR]) {
      network.cut(cut);
      await expect(changes.publish(FAR, envelopeOf())).rejects.toThrow(UnavailableError);
      await changes.publish(HOME, envelopeOf());
      network.restore(cut);
    }
    await changes.publish(FAR, envelopeOf());
    await expect(changes.publish('af-south-1', envelopeOf())).rejects.toThrow(UnavailableError);
  });

  it('takes time only to other regions', async () => {
    const { topics, scheduler } = world();
    const latency = modelledLatency(new SeededRandom(1));
    const changes = new InMemoryChangeTopic({ region: HOME, topics, clock: scheduler, latency });
    const startedAt = scheduler.now();
    await changes.publish(HOME, envelopeOf());
    expect(scheduler.now()).toBe(startedAt);
    await scheduler.run(changes.publish(FAR, envelopeOf()));
    expect(scheduler.now() - startedAt).toBeGreaterThanOrEqual(legs.crossRegionPublish.p50 / 2 - 1);
  });
});

describe('RecordingChangeTopic', () => {
  it('keeps copies of what was published, by region', async () => {
    const changes = new RecordingChangeTopic();
    const envelope = envelopeOf();
    await changes.publish(HOME, envelope);
    expect(changes.publishedTo(HOME)).toEqual([envelope]);
    expect(changes.publishedTo(HOME)[0]).not.toBe(envelope);
    expect(changes.publishedTo(FAR)).toEqual([]);
  });

  it('throws for a region that is cut off', async () => {
    const changes = new RecordingChangeTopic();
    changes.cut(FAR);
    await expect(changes.publish(FAR, envelopeOf())).rejects.toThrow(UnavailableError);
    changes.restore(FAR);
    await changes.publish(FAR, envelopeOf());
    expect(changes.published).toHaveLength(1);
  });
});
