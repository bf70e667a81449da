import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AcknowledgementRow } from '@flaghoist/core/acknowledgement';
import type { AcknowledgementQuery, AcknowledgementWindow, QueryPage } from '@flaghoist/core/ports/acknowledgement-log';
import { callAws, unavailable } from './aws-call.ts';
import { queryText } from './query-text.ts';

/** The service's own limits: rows of one query, and rows of one answer. */
const MAX_ROWS = 100_000;
const MAX_PAGE = 10_000;

interface Options {
  readonly client: Pick<CloudWatchLogsClient, 'send'>;
  /** The name of the region's shared log group. */
  readonly logGroup: string;
}

export class LogsInsightsQuery implements AcknowledgementQuery {
  readonly #client: Options['client'];
  readonly #logGroup: string;

  constructor({ client, logGroup }: Options) {
    this.#client = client;
    this.#logGroup = logGroup;
  }

  async start(window: AcknowledgementWindow): Promise<string> {
    const command = new StartQueryCommand({
      logGroupName: this.#logGroup,
      // Whole seconds, both ends included.
      startTime: Math.floor(window.from / 1000),
      endTime: Math.ceil(window.to / 1000),
      queryString: queryText(window.flagKeys),
      limit: MAX_ROWS,
    });
    const { queryId } = await callAws('start of a log query', this.#client.send(command));
    if (queryId === undefined) throw unavailable('start of a log query', 'no query id');
    return queryId;
  }

  async results(queryId: string, next?: string): Promise<QueryPage> {
    const command = new GetQueryResultsCommand({
      queryId,
      maxItems: MAX_PAGE,
      ...(next === undefined ? {} : { nextToken: next }),
    });
    const { status, results = [], nextToken } = await callAws('log query', this.#client.send(command));
    if (status === 'Failed' || status === 'Cancelled' || status === 'Timeout') return { status: 'failed' };
    if (status !== 'Complete') return { status: 'running' };
    const rows = results.map(rowOf).filter((row) => row !== undefined);
    return { status: 'complete', rows, ...(nextToken === undefined ? {} : { next: nextToken }) };
  }
}

/** A row without one of its fields is of no line of ours, and proves nothing. */
const rowOf = (fields: readonly ResultField[]): AcknowledgementRow | undefined => {
  const row = new Map(fields.map(({ field, value }) => [field, value]));
  const [flagKey, service] = [row.get('flagKey'), row.get('service')];
  const [epoch, revision] = [Number(row.get('heldOrder.epoch')), Number(row.get('revision'))];
  if (!flagKey || !service || !Number.isInteger(epoch) || !Number.isInteger(revision)) return undefined;
  return { flagKey, service, heldOrder: { epoch, revision } };
};
