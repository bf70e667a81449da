import { Registry } from 'prom-client';
import { addProcessMetrics } from '../lib/process-metrics.ts';

const figureOf = (text: string, name: string): number =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);

it('counts the processor time, and shows memory and start of the process', async () => {
  const registry = new Registry();
  const now = 1_800_000_000_000;
  addProcessMetrics(registry, { now: () => now });
  const first = await registry.metrics();
  const second = await registry.metrics();
  const startedAt = figureOf(first, 'process_start_time_seconds');
  // It has been running since, and for less than a day.
  expect(startedAt).toBeLessThanOrEqual(now / 1_000);
  expect(startedAt).toBeGreaterThan(now / 1_000 - 86_400);
  expect(figureOf(first, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(figureOf(first, 'nodejs_heap_size_used_bytes')).toBeGreaterThan(1_000_000);
  const { user, system } = process.cpuUsage();
  const [before, after] = [first, second].map((text) => figureOf(text, 'process_cpu_seconds_total'));
  expect(before).toBeGreaterThan(0);
  // Said anew each time, and not added to what was said before.
  expect(after).toBeGreaterThanOrEqual(before ?? Number.NaN);
  expect(after).toBeLessThanOrEqual((user + system) / 1_000_000);
});
