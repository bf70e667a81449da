import type { Clock } from '@flaghoist/core/ports/clock';
import { countNames, limitNames, type Metrics } from '@flaghoist/core/ports/metrics';
import { plannedMetrics } from '@flaghoist/wiring/limits';

interface Options {
  readonly region: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Takes a line with its line feed; left out: standard output. */
  readonly write?: (line: string) => void;
}

/**
 * One line in Embedded Metric Format each time: CloudWatch makes the metrics of it that the plan names, and the line itself
 * stays in the log, to be found by what it is about.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class EmfMetrics implements Metrics {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  measure(...[values, about]: Parameters<Metrics['measure']>): void {
    const { region, clock, write = (line: string) => process.stdout.write(line) } = this.#options;
    const { namespace, dimensions, limits, counts } = plannedMetrics;
    const planned = { ...limits, ...counts };
    const measured = [...limitNames, ...countNames].flatMap((name) => {
      const value = values[name];
      // Two clocks may differ by some milliseconds; nothing took less than no time.
      return value === undefined || !Number.isFinite(value) ? [] : [{ ...planned[name], value: Math.max(0, value) }];
    });
    if (measured.length === 0) return;
    const line = {
      ...about,
      region,
      ...Object.fromEntries(measured.map(({ metric, value }) => [metric, value])),
      _aws: {
        Timestamp: clock.now(),
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: [dimensions],
            Metrics: measured.map(({ metric, unit }) => ({ Name: metric, Unit: unit })),
          },
        ],
      },
    };
    write(`${JSON.stringify(line)}\n`);
  }
}
