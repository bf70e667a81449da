import type { Clock } from '@flaghoist/core/ports/clock';
import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * The process, under the names that Prometheus' clients have for it. The library's own `collectDefaultMetrics` watches each
 * collection of garbage and the event loop as well, which takes a tenth of the processor that an evaluation takes.
 */
export const addProcessMetrics = (registry: Registry, clock: Pick<Clock, 'now'>): void => {
  const startedAt = Math.round(clock.now() / 1_000 - process.uptime());
  const registers = [registry];
  new Counter({
    ...{ name: 'process_cpu_seconds_total', help: 'Processor time that was taken', registers },
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1_000_000);
    },
  });
  const gauges: Readonly<Record<string, readonly [help: string, value: () => number]>> = {
    process_resident_memory_bytes: ['Memory that is resident', () => process.memoryUsage.rss()],
    process_start_time_seconds: ['When the process was started', () => startedAt],
    nodejs_heap_size_used_bytes: ['Heap of JavaScript that is used', () => process.memoryUsage().heapUsed],
  };
  for (const [name, [help, value]] of Object.entries(gauges)) {
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(value());
      },
    });
  }
};
