import { CloudWatchLogsClient, LimitExceededException } from '@aws-sdk/client-cloudwatch-logs';
import { type Acknowledgement, acknowledgementSchema } from '@flaghoist/core/acknowledgement';
import { parseJson } from '@flaghoist/core/parse';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { LogsInsightsQuery } from '../../lib/logs-insights-query.ts';
import { StdoutAcknowledgementLog } from '../../lib/stdout-acknowledgement-log.ts';
import { anywhere, record } from './recorded.ts';

const STARTS_A_SECOND = 10;

/** Exactly the summary query, as Logs Insights evaluates it; anything else is refused, as a typing error is there. */
const SUMMARY =
  /^filter event = "(?<event>[^"]*)"\n\| filter outcome not in \[(?<outcomes>[^\]]*)\]\n(?:\| filter flagKey in \[(?<keys>[^\]]*)\]\n)?\| stats max\(heldOrder\.revision\) as revision by flagKey, service, heldOrder\.epoch$/;

const listOf = (text: string): readonly string[] => text.split(', ').map((each) => String(JSON.parse(each)));

const evaluate = (query: string, lines: readonly Acknowledgement[]) => {
  const { event, outcomes = '', keys } = SUMMARY.exec(query)?.groups ?? {};
  if (event === undefined) throw new Error(`MalformedQueryException: ${query}`);
  const highest = new Map<string, Acknowledgement>();
  for (const line of lines) {
    if (line.event !== event || listOf(outcomes).includes(line.outcome)) continue;
    if (keys !== undefined && !listOf(keys).includes(line.flagKey)) continue;
    const group = `${line.flagKey} ${line.service} ${line.heldOrder.epoch}`;
    const known = highest.get(group);
    if (known === undefined || known.heldOrder.revision < line.heldOrder.revision) highest.set(group, line);
  }
  return [...highest.values()].map(({ flagKey, service, heldOrder }) =>
    Object.entries({
      flagKey,
      service,
      'heldOrder.epoch': String(heldOrder.epoch),
      revision: String(heldOrder.revision),
    }).map(([field, value]) => ({ field, value })),
  );
};

/** The adapters of the acknowledgement log over a log group in memory. */
export const insightsLog = () => {
  const clock = new VirtualScheduler();
  const lines: { readonly at: number; readonly line: Acknowledgement }[] = [];
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
      const within = lines.filter(({ at }) => at >= Number(startTime) * 1_000 && at <= Number(endTime) * 1_000);
      const found = within.map(({ line }) => line);
      return { status: 'Complete', results: evaluate(String(queryString), found) };
    });
    return { queryId };
  });
  const query = new LogsInsightsQuery({ client, logGroup: 'acknowledgements' });
  const stdout = new StdoutAcknowledgementLog({
    write: (text) => {
      const line = parseJson(acknowledgementSchema, text, { what: 'line', hint: '' });
      lines.push({ at: clock.now(), line });
    },
  });
  return {
    log: {
      write: (line: Acknowledgement): void => stdout.write(line),
      start: (window: Parameters<typeof query.start>[0]) => query.start(window),
      results: (id: string, next?: string) => query.results(id, next),
    },
    clock,
    pass: (ms: number) => clock.advance(ms),
    settle: async () => {},
  };
};
