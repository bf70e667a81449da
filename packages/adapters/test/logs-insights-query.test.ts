import { CloudWatchLogsClient, LimitExceededException } from '@aws-sdk/client-cloudwatch-logs';
import { describeAcknowledgementLog, lineOf } from '@flaghoist/in-memory/conformance/acknowledgement-log';
import { EmfMetrics } from '../lib/emf-metrics.ts';
import { JsonLogger } from '../lib/json-logger.ts';
import { LogsInsightsQuery } from '../lib/logs-insights-query.ts';
import { queryText } from '../lib/query-text.ts';
import { StdoutAcknowledgementLog } from '../lib/stdout-acknowledgement-log.ts';
import { sleeplessClock } from './support/clock.ts';
import { insightsLog, logFormats } from './support/insights-log.ts';
import { anywhere, type RecordedCall, record } from './support/recorded.ts';

const queryOn = (answer: (call: RecordedCall) => object) => {
  const client = new CloudWatchLogsClient(anywhere);
  const calls = record(client, answer);
  return { query: new LogsInsightsQuery({ client, logGroup: 'acknowledgements' }), calls };
};
const rowOf = (values: Record<string, string>) => Object.entries(values).map(([field, value]) => ({ field, value }));

describe('start', () => {
  it('asks the shared log group for whole seconds around the window', async () => {
    const { query, calls } = queryOn(() => ({ queryId: 'q-1' }));
    expect(await query.start({ from: 1_999, to: 2_001, flagKeys: ['checkout'] })).toBe('q-1');
    expect(calls[0]?.input).toEqual({
      logGroupName: 'acknowledgements',
      startTime: 1,
      endTime: 3,
      queryString: queryText(['checkout']),
      limit: 100_000,
    });
  });

  it('is not available when the starts of this second are used up', async () => {
    const { query } = queryOn(() => {
      throw new LimitExceededException({ message: 'slow down', $metadata: {} });
    });
    await expect(query.start({ from: 0, to: 1, flagKeys: [] })).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  });

  it('is not available without an id', async () => {
    await expect(queryOn(() => ({})).query.start({ from: 0, to: 1, flagKeys: [] })).rejects.toMatchObject({
      code: 'FH_UNAVAILABLE',
    });
  });
});

describe('the query text', () => {
  it('is the highest held revision by flag, service and epoch', () => {
    expect(queryText(['checkout', 'search.v2'])).toBe(
      [
        'filter event = "flag.acknowledged"',
        '| filter outcome not in ["conflict", "applied-incomplete"]',
        '| filter flagKey in ["checkout", "search.v2"]',
        '| stats max(heldOrder.revision) as revision by flagKey, service, heldOrder.epoch',
      ].join('\n'),
    );
  });

  it('asks for all flags rather than being longer than the service allows', () => {
    const keys = Array.from({ length: 500 }, (_, place) => `${'x'.repeat(120)}-${place}`);
    expect(queryText(keys)).toBe(queryText([]));
    expect(queryText(keys.slice(0, 70)).length).toBeLessThanOrEqual(10_000);
    expect(queryText(keys.slice(0, 70))).toContain('flagKey in');
  });
});

describe('results', () => {
  it.each([
    ['Scheduled', 'running'],
    ['Running', 'running'],
    ['Unknown', 'running'],
    ['Failed', 'failed'],
    ['Cancelled', 'failed'],
    ['Timeout', 'failed'],
  ])('of a query that is %s are %s', async (status, wanted) => {
    const { query } = queryOn(() => ({ status, results: [rowOf({ flagKey: 'checkout' })] }));
    expect(await query.results('q-1')).toEqual({ status: wanted });
  });

  it('come page by page, a row per flag, service and epoch', async () => {
    const { query, calls } = queryOn(({ input }) =>
      input['nextToken'] === undefined
        ? {
            status: 'Complete',
            nextToken: 'more',
            results: [rowOf({ flagKey: 'checkout', service: 'payments', 'heldOrder.epoch': '2', revision: '17' })],
          }
        : { status: 'Complete', results: [] },
    );
    const rows = [{ flagKey: 'checkout', service: 'payments', heldOrder: { epoch: 2, revision: 17 } }];
    expect(await query.results('q-1')).toEqual({ status: 'complete', rows, next: 'more' });
    expect(await query.results('q-1', 'more')).toEqual({ status: 'complete', rows: [] });
    expect(calls.map(({ input }) => input)).toEqual([
      { queryId: 'q-1', maxItems: 10_000 },
      { queryId: 'q-1', maxItems: 10_000, nextToken: 'more' },
    ]);
  });

  it('leave out what no line of ours can have given', async () => {
    const { query } = queryOn(() => ({
      status: 'Complete',
      results: [
        rowOf({ service: 'payments', 'heldOrder.epoch': '1', revision: '1' }),
        rowOf({ flagKey: 'checkout', 'heldOrder.epoch': '1', revision: '1' }),
        rowOf({ flagKey: 'checkout', service: 'payments', revision: '1' }),
        rowOf({ flagKey: 'checkout', service: 'payments', 'heldOrder.epoch': '1', revision: 'many' }),
      ],
    }));
    expect(await query.results('q-1')).toEqual({ status: 'complete', rows: [] });
  });
});

describe.each(logFormats)('of functions with the log format %s', (format) => {
  describeAcknowledgementLog('LogsInsightsQuery', async () => insightsLog(format), 30);

  it('finds nothing in what passed through console: the lines must not', async () => {
    const found = async (through: 'standard output' | 'console') => {
      const { log, clock } = insightsLog(format, undefined, through);
      log.write(lineOf());
      const [from, to] = [clock.now() - 1_000, clock.now() + 1_000];
      const page = await log.results(await log.start({ from, to, flagKeys: [] }));
      return page.status === 'complete' ? page.rows.length : page.status;
    };
    expect([await found('standard output'), await found('console')]).toEqual([1, 0]);
  });
});

it('lines, metrics and acknowledgements go to standard output as they are, past console', () => {
  const throughConsole = (['log', 'info', 'warn', 'error'] as const).map((method) =>
    jest.spyOn(console, method).mockImplementation(() => {}),
  );
  const written: string[] = [];
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    const clock = { now: () => 1 };
    new StdoutAcknowledgementLog().write(lineOf());
    new EmfMetrics({ region: 'eu-west-1', clock }).measure({ caches: 12 }, {});
    new JsonLogger({ clock: sleeplessClock() }).warn('something');
  } finally {
    stdout.mockRestore();
  }
  expect(throughConsole.flatMap(({ mock }) => mock.calls)).toEqual([]);
  for (const spy of throughConsole) spy.mockRestore();
  expect(written.map((line) => [line.endsWith('}\n'), Object.keys(JSON.parse(line)).at(-1)])).toEqual([
    [true, 'at'],
    [true, '_aws'],
    [true, 'at'],
  ]);
});
