import { UnavailableError } from '@flaghoist/core/errors';
import { eventOf, type FlaghoistEvent, parseBridgeMessage } from '@flaghoist/core/events';
import { type EventBusOptions, InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { modelledLatency } from '@flaghoist/in-memory/latency';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { Network } from '@flaghoist/in-memory/network';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';

const HOME = 'eu-west-1';
const FAR = 'us-east-1';

const verifyRequested = (region: string, changeIds: string[] = []): FlaghoistEvent =>
  eventOf({ type: 'VerifyRequested', identity: [region, ...changeIds], region, at: 1, detail: { region, changeIds } });

const buses = (options: EventBusOptions = {}) => {
  const scheduler = new VirtualScheduler();
  const network = new Network();
  const busOf = (region: string) => new InMemoryEventBus({ region, scheduler, network, ...options });
  return { scheduler, network, home: busOf(HOME), far: busOf(FAR) };
};

const listener = () => {
  const ids: string[] = [];
  return { ids, target: (message: string) => void ids.push(JSON.parse(message).detail.id) };
};

describe('an event bus', () => {
  it('keeps what was published, as it comes out of its JSON', async () => {
    const bus = new InMemoryEventBus();
    const event = verifyRequested(FAR, ['change-1']);
    await bus.publish([event, event]);
    expect(bus.published).toEqual([event, event]);
    expect(bus.published[0]).not.toBe(event);
  });

  it('delivers in the frame of EventBridge', async () => {
    const { home, scheduler } = buses();
    const messages: string[] = [];
    home.addRule({ source: ['flaghoist'] }, (message) => void messages.push(message));
    const event = verifyRequested(FAR);
    await home.publish([event]);
    expect(messages).toEqual([]);
    await scheduler.runUntilIdle();
    expect(JSON.parse(messages[0] ?? '')).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'VerifyRequested',
      source: 'flaghoist',
      account: '000000000000',
      time: '2026-01-01T00:00:00.000Z',
      region: HOME,
      resources: [],
      detail: event,
    });
  });

  it('delivers to every rule that matches and to no other', async () => {
    const { home, scheduler } = buses();
    const [all, far, accepted] = [listener(), listener(), listener()];
    home.addRule({}, all.target);
    home.addRule({ 'detail-type': ['VerifyRequested'], detail: { detail: { region: [FAR] } } }, far.target);
    home.addRule({ 'detail-type': ['ChangeAccepted'] }, accepted.target);
    await home.publish([verifyRequested(HOME), verifyRequested(FAR)]);
    await scheduler.runUntilIdle();
    expect(all.ids).toHaveLength(2);
    expect(far.ids).toEqual([`VerifyRequested:${FAR}`]);
    expect(accepted.ids).toEqual([]);
  });

  it('forwards to home and back without going round in circles', async () => {
    const { home, far, scheduler } = buses();
    const [atHome, atFar] = [listener(), listener()];
    home.addRule({}, atHome.target);
    far.addRule({}, atFar.target);
    far.forward({ source: ['flaghoist'] }, home);
    home.forward({ source: ['flaghoist'] }, far);
    await far.publish([verifyRequested(FAR, ['from-far'])]);
    await home.publish([verifyRequested(FAR, ['from-home'])]);
    await scheduler.runUntilIdle();
    const both = [`VerifyRequested:${FAR}:from-far`, `VerifyRequested:${FAR}:from-home`];
    expect(atHome.ids.toSorted()).toEqual(both);
    expect(atFar.ids.toSorted()).toEqual(both);
    expect(home.published).toHaveLength(1);
  });

  it('leaves on an event the region where it was put, so that home knows which one spoke for another', async () => {
    const { scheduler, home, far } = buses();
    const heard: FlaghoistEvent[] = [];
    home.addRule({ source: ['flaghoist'] }, (message) => void heard.push(parseBridgeMessage(message)));
    far.forward({ source: ['flaghoist'] }, home);
    await far.publish([verifyRequested(FAR), verifyRequested(HOME)]);
    await scheduler.runUntilIdle();
    expect(heard).toMatchObject([
      { type: 'VerifyRequested' },
      { type: 'TamperingFound', detail: { by: FAR, was: HOME } },
    ]);
  });

  it('lets forwarded events wait while a region is cut off, and delivers them all afterwards', async () => {
    const { home, far, scheduler, network } = buses();
    const [atHome, atFar] = [listener(), listener()];
    home.addRule({}, atHome.target);
    far.addRule({}, atFar.target);
    far.forward({}, home);
    network.cut(FAR);
    await far.publish([verifyRequested(FAR, ['a']), verifyRequested(FAR, ['b'])]);
    await scheduler.advance(600_000);
    expect(atFar.ids).toHaveLength(2);
    expect(atHome.ids).toEqual([]);
    network.restore(FAR);
    await scheduler.runUntilIdle();
    expect(atHome.ids).toEqual([`VerifyRequested:${FAR}:a`, `VerifyRequested:${FAR}:b`]);
  });

  it('keeps events waiting when another region comes back first', async () => {
    const { home, far, scheduler, network } = buses();
    const atHome = listener();
    home.addRule({}, atHome.target);
    far.forward({}, home);
    network.cut(FAR);
    network.cut('af-south-1');
    await far.publish([verifyRequested(FAR)]);
    await scheduler.runUntilIdle();
    network.restore('af-south-1');
    await scheduler.runUntilIdle();
    expect(atHome.ids).toEqual([]);
    network.restore(FAR);
    await scheduler.runUntilIdle();
    expect(atHome.ids).toHaveLength(1);
  });

  it('tries a target that fails again, later and later, until it succeeds', async () => {
    const { home, scheduler } = buses();
    let attempts = 0;
    home.addRule({}, async () => {
      attempts += 1;
      if (attempts < 4) throw new Error('not yet');
    });
    const startedAt = scheduler.now();
    await home.publish([verifyRequested(HOME)]);
    await scheduler.runUntilIdle();
    expect(attempts).toBe(4);
    expect(scheduler.now() - startedAt).toBe((1 + 2 + 4) * 1000);
  });

  it('gives an event up at last, says so where somebody must act, and keeps it among the dead letters', async () => {
    const log = new RecordingLogger();
    const { home, scheduler } = buses({ log });
    let attempts = 0;
    const dead = listener();
    const never = (): void => {
      attempts += 1;
      throw new Error('never');
    };
    home.addRule({}, never, { deadLetters: { send: dead.target } });
    const event = verifyRequested(HOME);
    await home.publish([event]);
    await scheduler.runUntilIdle({ limitMs: 86_400_000 });
    expect(attempts).toBe(185);
    expect(log.messages('error')).toEqual(['event given up']);
    expect(dead.ids).toEqual([event.id]);
  });

  it('takes nothing while it is down', async () => {
    const { home } = buses();
    home.takeDown();
    await expect(home.publish([verifyRequested(HOME)])).rejects.toThrow(UnavailableError);
    home.bringUp();
    await home.publish([verifyRequested(HOME)]);
    expect(home.published).toHaveLength(1);
  });

  it('delivers at least once, sometimes twice and out of order, when told to', async () => {
    const random = new SeededRandom(3);
    const { home, scheduler } = buses({ latency: modelledLatency(random), duplicates: { random, probability: 0.3 } });
    const all = listener();
    home.addRule({}, all.target);
    const events = Array.from({ length: 50 }, (_, i) => verifyRequested(HOME, [String(i).padStart(2, '0')]));
    await home.publish(events);
    await scheduler.runUntilIdle();
    expect(new Set(all.ids)).toEqual(new Set(events.map(({ id }) => id)));
    expect(all.ids.length).toBeGreaterThan(55);
    expect(all.ids).not.toEqual(all.ids.toSorted());
  });

  it('keeps only as many events as it was told to', async () => {
    const bus = new InMemoryEventBus({ keepEvents: 2 });
    await bus.publish(['a', 'b', 'c', 'd', 'e'].map((id) => verifyRequested(HOME, [id])));
    expect(bus.published.map(({ id }) => id.slice(-1))).toEqual(['d', 'e']);
  });
});
