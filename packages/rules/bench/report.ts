import type { SecretsReport } from '../test/secrets/measure.ts';
import type { Cold } from './cold.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Case, EngineName } from './worker.ts';

/** The value below which this share of all values lies. */
const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

interface Row {
  readonly case: Case;
  readonly engine: EngineName;
  readonly calls: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

export const rowsOf = (engines: readonly EngineProcess[], cases: readonly Case[]): readonly Row[] =>
  cases.flatMap((of) =>
    engines.map(({ name, times }) => {
      const all = times.get(of) ?? [];
      return { case: of, engine: name, calls: all.length, p50Us: quantile(all, 0.5), p99Us: quantile(all, 0.99) };
    }),
  );

export interface Report {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** Of one minute: before, and after. */
  readonly load: readonly [number, number];
  readonly rules: number;
  readonly catalogue: readonly Row[];
  readonly sharedRules: number;
  /** Envelopes that all engines judged alike. */
  readonly corpus: number;
  readonly shared: readonly Row[];
  readonly setUpMs: Readonly<Record<string, number>>;
  readonly cold: Cold;
  readonly secrets: Omit<SecretsReport, 'missed' | 'alarms'>;
}

interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isMet: boolean;
}

const microseconds = (value: number): string =>
  `${value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} µs`;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const targetsOf = ({ catalogue, shared, cold, secrets }: Report): readonly Target[] => {
  const valid = catalogue.find((row) => row.engine === 'all rules' && row.case === 'valid');
  const ofCase = shared.filter((row) => row.case === 'valid');
  const ours = ofCase.find(({ engine }) => engine === 'flaghoist')?.p50Us ?? Number.NaN;
  const fastest = ofCase.filter(({ engine }) => engine !== 'flaghoist').toSorted((a, b) => a.p50Us - b.p50Us)[0];
  const times = (fastest?.p50Us ?? Number.NaN) / ours;
  const p99 = valid?.p99Us ?? Number.NaN;
  const first = quantile(cold.sinceStartMs, 0.5);
  const kilobytes = cold.bytes.rules / 1_000;
  return [
    { what: 'all rules on a valid flag, p99', wanted: '≤ 1,000 µs', measured: microseconds(p99), isMet: p99 <= 1_000 },
    {
      what: `shared rules, speed against ${fastest?.engine}`,
      wanted: '≥ 2.0 ×',
      measured: `${times.toFixed(1)} ×`,
      isMet: times >= 2,
    },
    { what: 'first answer, p50', wanted: '≤ 150 ms', measured: `${first.toFixed(0)} ms`, isMet: first <= 150 },
    {
      what: 'the rules in the bundle',
      wanted: '≤ 300 kB',
      measured: `${kilobytes.toFixed(0)} kB`,
      isMet: kilobytes <= 300,
    },
    {
      what: `secrets found, of ${secrets.positives}`,
      wanted: '≥ 98 %',
      measured: percent(secrets.recall),
      isMet: secrets.recall >= 0.98,
    },
    {
      what: `false alarms, of ${secrets.negatives} other texts`,
      wanted: '≤ 2 %',
      measured: percent(secrets.falseAlarms),
      isMet: secrets.falseAlarms <= 0.02,
    },
  ];
};

const tableOf = (rows: readonly Row[]): readonly string[] =>
  rows.map(({ case: of, engine, p50Us, p99Us }) =>
    [`  ${of.padEnd(16)}${engine.padEnd(18)}`, microseconds(p50Us).padStart(12), microseconds(p99Us).padStart(12)].join(
      '',
    ),
  );

const HEAD = `  ${''.padEnd(34)}${'p50'.padStart(12)}${'p99'.padStart(12)}`;

export const textOf = (report: Report): string => {
  const { processor, cores, node, load, rules, catalogue, sharedRules, corpus, shared, setUpMs, cold } = report;
  const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;
  const ms = (values: readonly number[]): string =>
    `p50 ${quantile(values, 0.5).toFixed(0)} ms, slowest ${quantile(values, 1).toFixed(0)} ms`;
  return [
    `${processor}, ${cores} cores, Node ${node}, load ${load.map((each) => each.toFixed(1)).join(' to ')}`,
    '',
    `The ${rules} rules, warm`,
    HEAD,
    ...tableOf(catalogue),
    '',
    `The ${sharedRules} rules that all engines can say, after they judged ${corpus} envelopes alike`,
    HEAD,
    ...tableOf(shared),
    `  set up          ${Object.entries(setUpMs)
      .map(([name, value]) => `${name} ${value.toFixed(0)} ms`)
      .join(', ')}`,
    '',
    `The bundled validator, in ${cold.sinceStartMs.length} fresh processes`,
    `  first answer    since the process started: ${ms(cold.sinceStartMs)}`,
    `                  since the bundle runs: ${ms(cold.sinceLoadingMs)}`,
    `                  processor time: ${ms(cold.processorMs)}`,
    `  minified        ${kilobytes(cold.bytes.all)}: rules ${kilobytes(cold.bytes.rules)}, core ${kilobytes(cold.bytes.core)}, dependencies ${kilobytes(cold.bytes.dependencies)}`,
    '',
    ...targetsOf(report).map(
      ({ what, wanted, measured, isMet }) => `${isMet ? 'met   ' : 'MISSED'} ${what}: ${measured}, wanted ${wanted}`,
    ),
  ].join('\n');
};
