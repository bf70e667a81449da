import { changeKeyOf } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Proof } from '@flaghoist/core/proof';
import { aroundEach } from '@flaghoist/test-kit/trouble';
import { createConcludeHandler } from '../lib/handler.ts';
import { createHome, topologyOf, verdict } from './support/home.ts';

const askedRegions = (home: ReturnType<typeof createHome>) =>
  home.bus.published.map(({ type, detail }) => [type, 'region' in detail ? detail.region : undefined]);

describe('ask', () => {
  it('asks the regions that are silent or unsure, and no other', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'us-east-1', 'consistent'), verdict(created, 'eu-west-1', 'unknown'));
    expect(await home.step('ask', created)).toEqual({
      state: 'accepted',
      settled: false,
      asked: ['eu-west-1', 'ap-south-1'],
    });
    expect(home.bus.published).toEqual([
      expect.objectContaining({
        type: 'VerifyRequested',
        id: 'VerifyRequested:change-0001:beta:000001#000000000001:eu-west-1:asked-again:look-2',
        region: 'us-east-1',
        detail: {
          region: 'eu-west-1',
          changeIds: ['change-0001'],
          changes: [{ changeId: 'change-0001', flagKey: 'beta', order: { epoch: 1, revision: 1 } }],
          look: 2,
        },
      }),
      expect.objectContaining({
        id: 'VerifyRequested:change-0001:beta:000001#000000000001:ap-south-1:asked-again:look-2',
      }),
    ]);
  });

  it('asks nobody about a change that is decided', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    expect(await home.step('ask', created)).toEqual({ state: 'verified', settled: true, asked: [] });
    expect(home.bus.published).toEqual([]);
  });

  it('asks nobody about a change that was taken back, though regions have not proven it', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    expect(await home.step('ask', created)).toEqual({ state: 'rolled-back', settled: true, asked: [] });
    expect(home.bus.published).toEqual([]);
  });

  it('does not ask regions that are draining or gone', async () => {
    const home = createHome();
    const created = await home.accept('created');
    home.topology.publish(topologyOf(['us-east-1', 'eu-west-1'], { version: 2, draining: ['eu-west-1'] }));
    await home.step('ask', created);
    expect(askedRegions(home)).toEqual([['VerifyRequested', 'us-east-1']]);
  });
});

describe('conclude', () => {
  it('ends a change that regions are silent about as unverified, with their names', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'us-east-1', 'consistent'), verdict(created, 'eu-west-1', 'unknown'));
    expect(await home.step('conclude', created)).toEqual({ state: 'unverified', settled: true, asked: [] });
    expect(home.log.lines).toContainEqual({
      level: 'error',
      message: 'change unverified',
      fields: expect.objectContaining({ silentRegions: ['eu-west-1', 'ap-south-1'] }),
    });
    expect(await home.knownGood()).toBeNull();
  });

  it.each(['verified', 'rolled-back'])('leaves a change alone that is %s', async (state) => {
    const home = createHome();
    const created = await home.accept('created');
    if (state === 'verified') await home.prove(created);
    else await home.deliver(verdict(created, 'eu-west-1', 'inconsistent'));
    const before = [await home.record(created), home.topic.published.length, home.log.lines.length];
    expect(await home.step('conclude', created)).toEqual({ state, settled: true, asked: [] });
    expect([await home.record(created), home.topic.published.length, home.log.lines.length]).toEqual(before);
  });

  it('verifies when the last silent region has left the topology', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, 'us-east-1', 'consistent'), verdict(created, 'eu-west-1', 'consistent'));
    home.topology.publish(topologyOf(['us-east-1', 'eu-west-1'], { version: 2 }));
    expect(await home.step('conclude', created)).toMatchObject({ state: 'verified' });
  });

  it('takes a change back whose complaint was recorded and never judged', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const updated = await home.accept('updated', { on: false });
    const complaint: Proof = {
      region: 'eu-west-1',
      verdict: 'inconsistent',
      services: ['payments'],
      degraded: [],
      look: 1,
      seenAt: home.clock.now(),
      holding: 2,
      refusing: [],
    };
    await home.changes.recordProof(changeKeyOf(updated), complaint);
    expect(await home.step('conclude', updated)).toMatchObject({ state: 'rolled-back' });
    expect(home.topic.regionsSent(3)).toEqual(['ap-south-1', 'eu-west-1', 'us-east-1']);
  });

  it('lets the workflow try again while home does not know the change', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await expect(home.step('conclude', { ...created, revision: 9 })).rejects.toThrow(UnavailableError);
  });

  it('refuses an input that the workflow does not send', async () => {
    const conclude = createConcludeHandler(createHome().ports);
    await expect(conclude({ step: 'decide' })).rejects.toMatchObject({ code: 'FH_INVALID_INPUT' });
  });
});

it('gives up on a flag that others keep writing, so that the message is delivered again', async () => {
  const home = createHome();
  const created = await home.accept('created');
  const startedAt = home.clock.now();
  const tooLate = aroundEach(home.ports, async (call, method) => (method === 'decide' ? 'moved' : call()));
  const conclude = createConcludeHandler(tooLate);
  const input = { step: 'conclude', changeId: created.change.id, flagKey: 'beta', order: { epoch: 1, revision: 1 } };
  await expect(home.clock.run(conclude(input))).rejects.toMatchObject({ code: 'FH_UNAVAILABLE', retryable: true });
  expect(home.clock.now() - startedAt).toBeGreaterThan(0);
  expect(home.clock.now() - startedAt).toBeLessThan(3_000);
});
