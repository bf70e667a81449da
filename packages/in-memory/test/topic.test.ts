import { modelledLatency } from '@flaghoist/in-memory/latency';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Topic } from '@flaghoist/in-memory/topic';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import fc from 'fast-check';

const REGION = 'eu-west-1';

const sink = () => {
  const bodies: string[] = [];
  return { bodies, send: (body: string) => void bodies.push(body) };
};

describe('a topic', () => {
  it('delivers one body to all subscriptions in one task', async () => {
    const scheduler = new VirtualScheduler();
    const topic = new Topic({ region: REGION, scheduler });
    const sinks = Array.from({ length: 156 }, sink);
    for (const each of sinks) topic.subscribe(each);
    topic.publish('hello');
    expect(scheduler.waiting).toBe(1);
    expect(sinks[0]?.bodies).toEqual([]);
    await scheduler.runUntilIdle();
    expect(sinks.every(({ bodies }) => bodies.length === 1 && bodies[0] === 'hello')).toBe(true);
  });

  it('delivers nothing after an unsubscribe, to nobody else less', async () => {
    const scheduler = new VirtualScheduler();
    const topic = new Topic({ region: REGION, scheduler });
    const [leaving, staying] = [sink(), sink()];
    const subscription = topic.subscribe(leaving);
    topic.subscribe(staying);
    subscription.unsubscribe();
    topic.publish('hello');
    await scheduler.runUntilIdle();
    expect([leaving.bodies, staying.bodies]).toEqual([[], ['hello']]);
  });

  it('passes a filter when for every named attribute one of its values is allowed', async () => {
    const values = fc.uniqueArray(fc.constantFrom('*', 'a', 'b', 'c'), { maxLength: 3 });
    const attributes = fc.dictionary(fc.constantFrom('audience', 'kind'), values, { noNullPrototype: true });
    await fc.assert(
      fc.asyncProperty(attributes, attributes, async (policy, message) => {
        const scheduler = new VirtualScheduler();
        const topic = new Topic({ region: REGION, scheduler });
        const filtered = sink();
        topic.subscribe(filtered, policy);
        topic.publish('hello', message);
        await scheduler.runUntilIdle();
        const names = Object.keys(policy);
        const shared = names.map((name) => policy[name]?.some((value) => message[name]?.includes(value)));
        expect(filtered.bodies).toHaveLength(shared.every(Boolean) ? 1 : 0);
      }),
    );
  });

  it('takes 200 filter policies and no more, but any number of subscriptions without one', () => {
    const topic = new Topic({ region: REGION, scheduler: new VirtualScheduler() });
    for (let i = 0; i < 200; i += 1) topic.subscribe(sink(), { audience: ['*'] });
    topic.subscribe(sink());
    expect(() => topic.subscribe(sink(), { audience: ['*'] })).toThrow(RangeError);
  });

  it('lets messages overtake each other when legs take time, and loses none', async () => {
    const scheduler = new VirtualScheduler();
    const topic = new Topic({ region: REGION, scheduler, latency: modelledLatency(new SeededRandom(1)) });
    const receiver = sink();
    topic.subscribe(receiver);
    const sent = Array.from({ length: 30 }, (_, i) => String(i));
    for (const body of sent) topic.publish(body);
    await scheduler.runUntilIdle();
    expect(receiver.bodies).not.toEqual(sent);
    expect(receiver.bodies.toSorted()).toEqual(sent.toSorted());
  });

  it('delivers some messages twice when told to, and none less than once', async () => {
    const scheduler = new VirtualScheduler();
    const duplicates = { random: new SeededRandom(1), probability: 0.5 };
    const topic = new Topic({ region: REGION, scheduler, duplicates });
    const receiver = sink();
    topic.subscribe(receiver);
    for (let i = 0; i < 100; i += 1) topic.publish(String(i));
    await scheduler.runUntilIdle();
    expect(new Set(receiver.bodies).size).toBe(100);
    expect(receiver.bodies.length).toBeGreaterThan(120);
    expect(receiver.bodies.length).toBeLessThan(180);
  });
});
