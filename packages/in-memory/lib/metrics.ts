import type { Metrics } from '@flaghoist/core/ports/metrics';

interface Measured {
  readonly took: Parameters<Metrics['measure']>[0];
  readonly about: Parameters<Metrics['measure']>[1];
}

/** Keeps what was measured, for tests. */
export class RecordingMetrics implements Metrics {
  readonly measured: Measured[] = [];

  measure(...[took, about]: Parameters<Metrics['measure']>): void {
    this.measured.push({ took, about });
  }
}

/** For worlds that are looked at in other ways. */
export const unmeasured: Metrics = { measure: () => {} };
