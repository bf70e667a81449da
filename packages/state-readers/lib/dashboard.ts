import type { EnvironmentRecord } from '@flaghoist/stack-outputs/environment-record';
import type { FleetRecord } from '@flaghoist/stack-outputs/fleet-record';
import type { shippedWiring } from '@flaghoist/wiring/wiring';

const COLUMNS = 24;
const HEIGHT = 6;

/** What a dashboard of CloudWatch shows: docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html. */
interface Widget {
  readonly type: 'metric' | 'text';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

const promotionTable = ({ promotion, overlaps, lagging }: FleetRecord): string =>
  [
    '| environment | image | |',
    '| --- | --- | --- |',
    ...promotion.map(({ environment, imageDigest, upstream, asUpstream }) => {
      const beside = upstream === null ? 'first' : `${asUpstream === true ? 'as' : '**not as**'} ${upstream}`;
      return `| ${environment} | ${imageDigest ?? 'none yet'} | ${beside} |`;
    }),
    '',
    ...(overlaps.length === 0
      ? ['No two networks share addresses.']
      : [`**${overlaps.length} pairs of networks share addresses.**`]),
    ...(lagging.length === 0 ? ['No state lags.'] : [`**${lagging.length} states have outputs of an older version.**`]),
  ].join('\n');

/** The times of all environments side by side, a row for each limit, below who runs what. */
export const dashboardBody = (
  records: readonly EnvironmentRecord[],
  record: FleetRecord,
  { metrics, region }: { readonly metrics: ReturnType<typeof shippedWiring>['metrics']; readonly region: string },
): string => {
  const width = Math.floor(COLUMNS / records.length);
  const header: Widget = {
    type: 'text',
    x: 0,
    y: 0,
    width: COLUMNS,
    height: HEIGHT,
    properties: { markdown: promotionTable(record) },
  };
  const graphs = Object.entries(metrics.limits).flatMap(([name, limit], row) =>
    records.map(({ environment, account, home, regions }, column): Widget => {
      const shown = limit.scope === 'home' ? [home] : Object.keys(regions);
      return {
        type: 'metric',
        x: column * width,
        y: (row + 1) * HEIGHT,
        width,
        height: HEIGHT,
        properties: {
          title: `${environment}: ${name}, at most ${limit.limit} ms`,
          region,
          view: 'timeSeries',
          period: 300,
          metrics: shown.map((each) => [
            metrics.namespace,
            limit.metric,
            'region',
            each,
            { accountId: account, region: each, stat: 'Maximum', label: each },
          ]),
          annotations: { horizontal: [{ label: limit.alarm, value: limit.limit }] },
        },
      };
    }),
  );
  return JSON.stringify({ widgets: [header, ...graphs] });
};
