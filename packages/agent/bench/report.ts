import type { ClientRow } from './clients.ts';
import type { Times } from './figures.ts';
import type { OneOfMany } from './one-of-many.ts';
import type { RateRow } from './rate.ts';
import type { StreamsRow } from './streams.ts';

export interface Report {
  readonly at: string;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly node: string;
    readonly cache: string;
    /** Of one minute: before, and after. */
    readonly load: readonly [number, number];
  };
  readonly clients?: readonly ClientRow[];
  readonly rate?: RateRow | { readonly leftOut: string };
  readonly oneOfMany?: OneOfMany;
  readonly streams?: readonly StreamsRow[] | { readonly leftOut: string };
}

const MODELLED =
  'Nothing is modelled: a real Valkey or Redis on loopback, the bundled agent as its image starts it, the official clients. No network lies between.';

/** With this many flags the aims count for clients; with more, a client's own reload is what takes the time. */
export const FLAGS_OF_A_SERVICE = 50;
const AIM_MS = { ofrep: 5, sync: 50, rate: 2, oneOfMany: 5 } as const;

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

export const targetsOf = ({ clients = [], rate, oneOfMany }: Report) => {
  const aims: [what: string, measured: number, aim: number][] = [];
  for (const row of clients) {
    if ('leftOut' in row || row.flags !== FLAGS_OF_A_SERVICE) continue;
    aims.push([`${row.language}, ${row.mode}: cache write to new value, p99`, row.p99Ms, AIM_MS[row.mode]]);
  }
  if (rate !== undefined && 'p99Ms' in rate)
    aims.push([`OFREP at ${rate.perSecond} evaluations a second, p99`, rate.p99Ms, AIM_MS.rate]);
  if (oneOfMany !== undefined)
    aims.push([`one of ${oneOfMany.flags} flags changed and served, p99`, oneOfMany.served.p99Ms, AIM_MS.oneOfMany]);
  return aims.map(([what, measured, aim]) => ({ what, wantedMs: aim, measuredMs: measured, isMet: measured <= aim }));
};

const times = ({ samples, p50Ms, p99Ms }: Times): string =>
  `p50 ${ms(p50Ms).padStart(8)}  p99 ${ms(p99Ms).padStart(8)}  n ${samples}`;

const clientLine = (row: ClientRow): string =>
  `  ${row.language.padEnd(12)}${row.mode.padEnd(7)}${`${row.flags} flags`.padEnd(13)}${'leftOut' in row ? row.leftOut : times(row)}`;

const sections = ({ clients, rate, oneOfMany, streams }: Report): string[] => {
  const lines: string[] = [];
  if (clients !== undefined) {
    lines.push('Cache write to new value, each client and mode alone (RPC of flagd is not served)');
    lines.push(...clients.map(clientLine), '');
  }
  if (rate !== undefined) {
    lines.push('OFREP at a fixed rate, from when each request was due, kept connections');
    if ('leftOut' in rate) lines.push(`  left out: ${rate.leftOut}`, '');
    else
      lines.push(
        `  ${rate.perSecond} a second, ${rate.flags} flags    ${times(rate)}, refused ${rate.refused}`,
        `  the generator was late by p99 ${ms(rate.generatorP99Ms)}; ${rate.cpuMsPerEvaluation.toFixed(3)} ms of the processor each, RSS ${rate.rssMb.toFixed(0)} MB`,
        '',
      );
  }
  if (oneOfMany !== undefined)
    lines.push(
      `One of ${oneOfMany.flags} flags changes`,
      `  cache write to an answer over OFREP    ${times(oneOfMany.served)}`,
      `  flagd-core's own setConfigurations     ${times(oneOfMany.reload)}, ${oneOfMany.reload.cpuMs.toFixed(0)} ms of the processor`,
      '',
    );
  if (streams !== undefined) {
    lines.push('One of 1,000 flags changes, until the last of 156 streams has it');
    if ('leftOut' in streams) lines.push(`  left out: ${streams.leftOut}`, '');
    else
      for (const row of streams)
        lines.push(
          `  ${row.server.padEnd(20)}${times(row)}, ${row.cpuMsPerChange.toFixed(0)} ms of the processor, RSS ${row.rssMb.map((each) => each.toFixed(0)).join(' to ')} MB`,
        );
    lines.push('');
  }
  return lines;
};

export const textOf = (report: Report): string => {
  const { at, machine } = report;
  const { processor, cores, node, cache, load } = machine;
  return [
    `${at}: ${processor}, ${cores} cores, Node ${node}, ${cache}, load ${load.map((each) => each.toFixed(1)).join(' to ')}`,
    MODELLED,
    '',
    ...sections(report),
    ...targetsOf(report).map(
      ({ what, wantedMs, measuredMs, isMet }) =>
        `${isMet ? 'met   ' : 'MISSED'} ${what}: ${ms(measuredMs)}, wanted ≤ ${wantedMs} ms`,
    ),
  ].join('\n');
};
