import { CloudWatchLogsClient, LimitExceededException } from '@aws-sdk/client-cloudwatch-logs';
import type { Acknowledgement } from '@flaghoist/core/acknowledgement';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { EmfMetrics } from '../../lib/emf-metrics.ts';
import { JsonLogger } from '../../lib/json-logger.ts';
import { LogsInsightsQuery } from '../../lib/logs-insights-query.ts';
import { StdoutAcknowledgementLog } from '../../lib/stdout-acknowledgement-log.ts';
import { anywhere, record } from './recorded.ts';

const STARTS_A_SECOND = 10;

/** Exactly the summary query, as Logs Insights evaluates it; anything else is refused, as a typing error is there. */
const SUMMARY =
  /^filter event = "(?<event>[^"]*)"\n\| filter outcome not in \[(?<outcomes>[^\]]*)\]\n(?:\| filter flagKey in \[(?<keys>[^\]]*)\]\n)?\| stats max\(heldOrder\.revision\) as revision by flagKey, service, heldOrder\.epoch$/;

const listOf = (text: string): readonly string[] => text.split(', ').map((each) => String(JSON.parse(each)));

/** The fields that Logs Insights discovers in a message: those of JSON, by their paths. Of any other text there are none. */
const fieldsOf = (message: string): ((path: string) => string | undefined) => {
  const object = ((): unknown => {
    try {
      return JSON.parse(message);
    } catch {
      return undefined;
    }
  })();
  return (path) => {
    const value = path
      .split('.')
      .reduce<unknown>(
        (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
        object,
      );
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
};

const BY = ['flagKey', 'service', 'heldOrder.epoch'] as const;

/** The rows of a query over the messages of a log group. @throws Error for a query that it does not know */
type Evaluate = (
  query: string,
  messages: readonly string[],
) => readonly (readonly { readonly field: string; readonly value: string }[])[];

const evaluateSummary: Evaluate = (query, messages) => {
  const { event, outcomes = '', keys } = SUMMARY.exec(query)?.groups ?? {};
  if (event === undefined) throw new Error(`MalformedQueryException: ${query}`);
  const highest = new Map<string, { readonly group: readonly (string | undefined)[]; readonly revision: number }>();
  for (const message of messages) {
    const field = fieldsOf(message);
    if (field('event') !== event || listOf(outcomes).includes(field('outcome') ?? '')) continue;
    if (keys !== undefined && !listOf(keys).includes(field('flagKey') ?? '')) continue;
    const revision = Number(field('heldOrder.revision'));
    if (Number.isNaN(revision)) continue;
    const group = BY.map(field);
    const known = highest.get(group.join(' '));
    if (known === undefined || known.revision < revision) highest.set(group.join(' '), { group, revision });
  }
  return [...highest.values()].map(({ group, revision }) =>
    [...BY.map((name, place) => [name, group[place]] as const), ['revision', String(revision)] as const].flatMap(
      ([field, value]) => (value === undefined ? [] : [{ field, value }]),
    ),
  );
};

/** A function's log format: what the platform writes around the lines of one invocation. */
const around = {
  Text: (lines: readonly string[]) => [
    'START RequestId: 6f1d Version: 7\n',
    ...lines,
    'END RequestId: 6f1d\n',
    'REPORT RequestId: 6f1d\tDuration: 4.02 ms\tBilled Duration: 5 ms\tMemory Size: 512 MB\n',
  ],
  /** With the level of system lines at WARN: those of starts, ends and reports are left out, those of failures are not. */
  JSON: (lines: readonly string[]) => [
    '{"time":"2026-11-29T07:00:00.000Z","type":"platform.runtimeDone","record":{"requestId":"6f1d","status":"timeout"}}\n',
    ...lines,
  ],
} as const;

/** How Node's runtime writes what a function gives to `console`: as text behind its own fields, or as a text within its own object. */
const byConsole = {
  Text: (line: string) => `2026-11-29T07:00:00.000Z\t6f1d\tINFO\t${line}`,
  JSON: (line: string) =>
    `${JSON.stringify({ timestamp: '2026-11-29T07:00:00.000Z', level: 'INFO', requestId: '6f1d', message: line.trimEnd() })}\n`,
} as const;

export const logFormats = ['Text', 'JSON'] as const satisfies readonly (keyof typeof around)[];

/**
 * The adapters of the acknowledgement log over a log group in memory, in which the functions' other lines lie as well. What is
 * written straight to standard output is a line of the group as it is, in both formats.
 *
 * @param evaluate another evaluator than this file's own, which is then held to the same
 * @param through where the functions write to: `console` is what they must not use
 */
export const insightsLog = (
  format: keyof typeof around,
  evaluate: Evaluate = evaluateSummary,
  through: 'standard output' | 'console' = 'standard output',
) => {
  const clock = new VirtualScheduler();
  const messages: { readonly at: number; readonly message: string }[] = [];
  const queries = new Map<string, () => object>();
  let starts: number[] = [];
  const client = new CloudWatchLogsClient(anywhere);
  record(client, ({ command, input }) => {
    if (command === 'GetQueryResultsCommand') return queries.get(String(input['queryId']))?.() ?? { status: 'Failed' };
    starts = starts.filter((at) => clock.now() - at < 1_000);
    if (starts.length === STARTS_A_SECOND) throw new LimitExceededException({ message: 'slow down', $metadata: {} });
    starts.push(clock.now());
    const { startTime, endTime, queryString } = input;
    const queryId = `query-${queries.size}`;
    queries.set(queryId, () => {
      const within = messages.filter(({ at }) => at >= Number(startTime) * 1_000 && at <= Number(endTime) * 1_000);
      const found = within.map(({ message }) => message);
      return { status: 'Complete', results: evaluate(String(queryString), found) };
    });
    return { queryId };
  });
  const query = new LogsInsightsQuery({ client, logGroup: 'acknowledgements' });
  /** One invocation: what its adapters write, and the platform around it. */
  const invoke = (line: Acknowledgement): void => {
    const written: string[] = [];
    const write = (text: string): void => void written.push(through === 'console' ? byConsole[format](text) : text);
    new StdoutAcknowledgementLog({ write }).write(line);
    new EmfMetrics({ region: line.region, clock, write }).measure({ caches: line.ageMs }, { service: line.service });
    new JsonLogger({ clock, write }).info('flag.acknowledged', { event: 'another', flagKey: line.flagKey });
    for (const message of around[format](written)) messages.push({ at: clock.now(), message });
  };
  return {
    log: {
      write: invoke,
      start: (window: Parameters<typeof query.start>[0]) => query.start(window),
      results: (id: string, next?: string) => query.results(id, next),
    },
    clock,
    pass: (ms: number) => clock.advance(ms),
    settle: async () => {},
  };
};
