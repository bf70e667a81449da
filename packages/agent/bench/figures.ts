import { readFileSync } from 'node:fs';

/** The value below which this share of all values lies. */
const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

export interface Times {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const timesOf = (ms: readonly number[]): Times => ({
  samples: ms.length,
  p50Ms: quantile(ms, 0.5),
  p99Ms: quantile(ms, 0.99),
});

const TICK_MS = 10;

/** What a process has taken, by Linux's books: resident memory now, and processor time since its start in steps of 10 ms. */
export const takenBy = (processId: number): { readonly rssMb: number; readonly cpuMs: number } => {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  const [, resident = 'NaN'] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  // The name, in brackets, may have spaces.
  const fields = (readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ')[1] ?? '').split(' ');
  return { rssMb: Number(resident) / 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
};
