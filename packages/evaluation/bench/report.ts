/** The value below which this share of all values lies. */
const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

interface Row {
  readonly case: string;
  readonly step: string;
  readonly calls: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Of processor time, which other programs on the machine do not lengthen; the threads that collect garbage count too. */
  readonly cpuP99Us: number;
}

interface Around {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  readonly evaluator: string;
  /** Callers that flagd is asked about, by case. */
  readonly contexts: Readonly<Record<string, number>>;
  /** Of one minute: before, and after. */
  readonly load: readonly [number, number];
}

export interface Report extends Around {
  readonly rows: readonly Row[];
}

interface Measured {
  readonly of: string;
  readonly step: string;
  readonly us: readonly number[];
  readonly cpuUs: readonly number[];
}

export const reportOf = (measured: readonly Measured[], around: Around): Report => ({
  ...around,
  rows: measured.map(({ of, step, us, cpuUs }) => ({
    case: of,
    step,
    calls: us.length,
    p50Us: quantile(us, 0.5),
    p99Us: quantile(us, 0.99),
    cpuP99Us: quantile(cpuUs, 0.99),
  })),
});

const MOST_US = 3_000;

const microseconds = (value: number): string => `${Math.round(value).toLocaleString('en')} µs`;

export const targetsOf = ({ rows }: Report) => {
  const [typical] = rows.filter(({ step }) => step === 'both');
  const p99 = typical?.p99Us ?? Number.NaN;
  return [
    {
      what: `${typical?.case}, evaluated and judged, p99`,
      wanted: `≤ ${microseconds(MOST_US)}`,
      measured: microseconds(p99),
      isMet: p99 <= MOST_US,
    },
  ];
};

export const textOf = (report: Report): string => {
  const { processor, cores, node, evaluator, contexts, load, rows } = report;
  return [
    `${processor}, ${cores} cores, Node ${node}, load ${load.map((each) => each.toFixed(1)).join(' to ')}`,
    '',
    `${evaluator} and all rules, warm`,
    `  ${''.padEnd(34)}${['p50', 'p99', 'p99 of processor time'].map((head) => head.padStart(12)).join('  ')}`,
    ...rows.map(
      ({ case: of, step, p50Us, p99Us, cpuP99Us }) =>
        `  ${of.padEnd(18)}${step.padEnd(16)}${[p50Us, p99Us, cpuP99Us].map((each) => microseconds(each).padStart(12)).join('  ')}`,
    ),
    `  callers asked about: ${Object.entries(contexts)
      .map(([of, count]) => `${of} ${count}`)
      .join(', ')}`,
    '',
    ...targetsOf(report).map(
      ({ what, wanted, measured, isMet }) => `${isMet ? 'met   ' : 'MISSED'} ${what}: ${measured}, wanted ${wanted}`,
    ),
  ].join('\n');
};
