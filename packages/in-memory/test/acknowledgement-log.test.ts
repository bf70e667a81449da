import { type AcknowledgementLogOptions, InMemoryAcknowledgementLog } from '@flaghoist/in-memory/acknowledgement-log';
import { legs, modelledLatency } from '@flaghoist/in-memory/latency';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import {
  type AcknowledgementLogHarness,
  describeAcknowledgementLog,
  lineOf,
  rowsOf,
} from './conformance/acknowledgement-log.ts';

const REGION = 'eu-west-1';
const SLOWEST_INGESTION_MS = 2 * legs.logIngestion.p99;

const harness = (
  options: Partial<AcknowledgementLogOptions> = {},
): AcknowledgementLogHarness & {
  log: InMemoryAcknowledgementLog;
} => {
  const clock = new VirtualScheduler();
  const log = new InMemoryAcknowledgementLog({ region: REGION, clock, ...options });
  return {
    log,
    clock,
    pass: (ms) => clock.advance(ms),
    settle: () => clock.advance(options.latency === undefined ? 0 : SLOWEST_INGESTION_MS),
  };
};
const slow = () => ({ latency: modelledLatency(new SeededRandom(5)) });

describeAcknowledgementLog('InMemoryAcknowledgementLog', async () => harness());
describeAcknowledgementLog('InMemoryAcknowledgementLog that takes its time', async () => harness(slow()));

describe('InMemoryAcknowledgementLog', () => {
  it('shows a line only after its ingestion delay', async () => {
    const slowLog = harness(slow());
    const from = slowLog.clock.now();
    slowLog.log.write(lineOf());
    await slowLog.pass(legs.logIngestion.p50 / 2 - 1);
    expect(await rowsOf(slowLog, { from, to: slowLog.clock.now(), flagKeys: ['checkout'] })).toEqual([]);
    await slowLog.settle();
    expect(await rowsOf(slowLog, { from, to: slowLog.clock.now(), flagKeys: ['checkout'] })).toHaveLength(1);
  });

  it('runs a query for a while, and shows what was visible when it started', async () => {
    const slowLog = harness(slow());
    const from = slowLog.clock.now();
    const queryId = await slowLog.log.start({ from, to: from, flagKeys: ['checkout'] });
    slowLog.log.write(lineOf());
    expect(await slowLog.log.results(queryId)).toEqual({ status: 'running' });
    await slowLog.settle();
    expect(await slowLog.log.results(queryId)).toEqual({ status: 'complete', rows: [] });
  });

  it('gives its rows by pages', async () => {
    const paged = harness({ pageSize: 40 });
    const from = paged.clock.now();
    const services = Array.from({ length: 100 }, (_, i) => `service-${i}`);
    for (const service of services) paged.log.write(lineOf({ service }));
    const queryId = await paged.log.start({ from, to: from, flagKeys: ['checkout'] });
    const first = await paged.log.results(queryId);
    expect(first).toMatchObject({ status: 'complete', next: expect.any(String) });
    expect(first.status === 'complete' && first.rows.length).toBe(40);
    const rows = await rowsOf(paged, { from, to: from, flagKeys: ['checkout', 'checkout'] });
    expect(rows.map(({ service }) => service).sort()).toEqual(services.toSorted());
  });

  it('loses the lines of a muted service and no others', async () => {
    const muted = harness();
    const from = muted.clock.now();
    muted.log.mute('payments');
    muted.log.write(lineOf());
    muted.log.write(lineOf({ service: 'billing' }));
    muted.log.unmute('payments');
    muted.log.write(lineOf({ flagKey: 'search' }));
    const rows = await rowsOf(muted, { from, to: from, flagKeys: ['checkout', 'search'] });
    expect(rows.map(({ flagKey, service }) => `${flagKey} ${service}`)).toEqual([
      'checkout billing',
      'search payments',
    ]);
  });

  it('fails queries when told to, and only so many', async () => {
    const failing = harness();
    failing.log.failQueries(1);
    const window = { from: 0, to: 1, flagKeys: [] };
    expect(await failing.log.results(await failing.log.start(window))).toEqual({ status: 'failed' });
    expect(await failing.log.results(await failing.log.start(window))).toEqual({ status: 'complete', rows: [] });
    await expect(failing.log.results('no such query')).rejects.toThrow(RangeError);
  });

  it('keeps lines for its retention and forgets them afterwards', async () => {
    const short = harness({ retentionMs: 120_000 });
    const from = short.clock.now();
    short.log.write(lineOf());
    await short.pass(100_000);
    short.log.write(lineOf({ service: 'billing' }));
    const all = () => rowsOf(short, { from, to: short.clock.now(), flagKeys: ['checkout'] });
    expect(await all()).toHaveLength(2);
    await short.pass(100_000);
    short.log.write(lineOf({ flagKey: 'search' }));
    expect((await all()).map(({ service }) => service)).toEqual(['billing']);
  });

  it('gives the newest lines back, parsed from their text, and tells a listener of each', () => {
    const heard: string[] = [];
    const { log } = harness({ keepLines: 2, onLine: ({ service }) => void heard.push(service) });
    const lines = ['a', 'b', 'c', 'd', 'e'].map((service) => lineOf({ service }));
    for (const line of lines) log.write(line);
    expect(log.lines).toEqual(lines.slice(-2));
    expect(log.lines[1]).not.toBe(lines[4]);
    expect(heard).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
