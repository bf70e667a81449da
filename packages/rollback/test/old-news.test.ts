import { createHome, START, verdict } from './support/home.ts';

const HALF_A_MINUTE = 30_000;

/** Whom home has asked again, and for which look. */
const asked = (home: ReturnType<typeof createHome>) =>
  home.bus.published.map(({ detail }) => detail as { region: string; look: number });

describe('an answer that finds fault', () => {
  it('is acted on half a minute after its caches were seen', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const updated = await home.accept('updated', { on: false });
    await home.clock.advance(HALF_A_MINUTE);
    await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent'));
    expect(await home.state(updated)).toBe('rolled-back');
    // From the look on the rollback is timed, whatever the answer's way here took.
    expect(await home.current()).toMatchObject({ at: { proposed: START, accepted: START + HALF_A_MINUTE } });
    expect(home.bus.published).toEqual([]);
  });

  it('is old news after that: the region is asked once more for the same look, and its fresh answer decides', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const updated = await home.accept('updated', { on: false });
    await home.clock.advance(HALF_A_MINUTE + 1);
    const late = verdict(updated, 'eu-west-1', 'inconsistent', { look: 2 });
    expect(await home.deliver(late)).toEqual([]);
    expect(await home.state(updated)).toBe('accepted');
    expect(asked(home)).toMatchObject([{ region: 'eu-west-1', look: 2 }]);

    await home.deliver(...home.regions().map((region) => verdict(updated, region, 'consistent', { look: 2 })));
    expect(await home.state(updated)).toBe('verified');
  });

  it('is asked about once, however often it comes', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.clock.advance(HALF_A_MINUTE + 1);
    const late = verdict(created, 'eu-west-1', 'inconsistent');
    await home.deliver(late, late);
    await home.deliver(late);
    expect(new Set(home.bus.published.map(({ id }) => id)).size).toBe(1);
  });

  it('is asked about again when it is a later one that comes late as well', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.clock.advance(HALF_A_MINUTE + 2);
    for (const seenAt of [START, START + 1])
      await home.deliver(verdict(created, 'eu-west-1', 'inconsistent', { seenAt }));
    expect(new Set(home.bus.published.map(({ id }) => id)).size).toBe(2);
  });

  it('is not asked about once the change is concluded, and alarms nobody', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.step('conclude', created);
    await home.clock.advance(HALF_A_MINUTE + 1);
    await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    expect(await home.state(created)).toBe('unverified');
    expect(home.bus.published).toEqual([]);
    expect(home.log.messages('error')).toEqual(['change unverified']);
  });

  it('does not replace what was seen after it', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const updated = await home.accept('updated', { on: false });
    await home.deliver(verdict(updated, 'eu-west-1', 'unknown', { look: 2, seenAt: START + 15_000 }));
    await home.deliver(verdict(updated, 'eu-west-1', 'inconsistent', { seenAt: START }));
    expect(await home.state(updated)).toBe('accepted');
  });

  it('that was recorded and never judged is asked about by the conclusion, and ends unverified if nobody answers', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.clock.advance(HALF_A_MINUTE + 1);
    await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    expect(await home.step('conclude', created, { last: false })).toMatchObject({ state: 'accepted', settled: false });
    expect(await home.step('ask', created, { look: 3 })).toMatchObject({ asked: ['eu-west-1'] });
    expect(await home.step('conclude', created)).toMatchObject({ state: 'unverified', settled: true });
  });
});

it('an answer to one order says nothing of another under the same id, nor of another flag', async () => {
  const home = createHome({ regions: ['us-east-1'] });
  const created = await home.accept('created');
  const other = await home.accept('created', { flagKey: 'other' });
  const sameId = { ...other, change: created.change };
  expect(
    await home.deliver(verdict(created, 'us-east-1', 'unknown'), verdict(sameId, 'us-east-1', 'consistent')),
  ).toEqual(['m2']);
  expect(await home.state(created)).toBe('accepted');
  expect(await home.state(other)).toBe('accepted');
});
