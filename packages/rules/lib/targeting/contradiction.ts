import { isObject } from '@flaghoist/core/json';

/** What conditions leave of an attribute's values. */
interface Left {
  /** The values that it may have, as JSON; `null` when no condition lists them. */
  values: ReadonlySet<string> | null;
  above: number;
  below: number;
  /** Whether the bound itself is excluded. */
  aboveOnly: boolean;
  belowOnly: boolean;
}

const anything = (): Left => ({
  values: null,
  above: Number.NEGATIVE_INFINITY,
  below: Number.POSITIVE_INFINITY,
  aboveOnly: false,
  belowOnly: false,
});

const nameOf = (value: unknown): string | null => {
  if (!isObject(value)) return null;
  const name: unknown = Object.hasOwn(value, 'var') ? value['var'] : undefined;
  // Windows of time have a rule of their own, FH-FREEZE-12.
  if (typeof name === 'string' && name !== '$flagd.timestamp') return name;
  // With a default the attribute may be another one than the conditions say.
  return null;
};

const isLiteral = (value: unknown): boolean => typeof value !== 'object' || value === null;

/**
 * The first attribute that no value can have if all the conditions hold; `null` when there is none. Looks at comparisons of
 * an attribute with what is written down, and nothing else: it may miss a contradiction, but never finds one that is none.
 */
export const contradictionIn = (conditions: readonly unknown[], spend: (steps: number) => void): string | null => {
  const left = new Map<string, Left>();
  for (const condition of conditions) {
    if (!isObject(condition)) continue;
    const [entry] = Object.entries(condition);
    if (entry === undefined || !Array.isArray(entry[1])) continue;
    const [operator, args] = entry;
    spend(args.length);
    const attribute = narrow(left, operator, args, spend);
    if (attribute !== null) return attribute;
  }
  return null;
};

/** Applies one condition; the attribute it concerns when nothing is left of it. */
const narrow = (
  left: Map<string, Left>,
  operator: string,
  args: readonly unknown[],
  spend: (steps: number) => void,
): string | null => {
  const [first, second] = args;
  const swapped = nameOf(first) === null;
  const name = nameOf(swapped ? second : first);
  const other = swapped ? first : second;
  if (name === null || args.length !== 2) return null;
  const state = left.get(name) ?? anything();
  left.set(name, state);
  if (operator === '===' && isLiteral(other)) keep(state, [other], spend);
  // Loose equality: 1 and "1" are one value.
  else if (operator === '==' && typeof other === 'string' && Number.isNaN(Number(other))) keep(state, [other], spend);
  else if (operator === 'in' && !swapped && Array.isArray(other) && other.every(isLiteral)) keep(state, other, spend);
  else if (typeof other === 'number') bound(state, swapped ? (mirrored[operator] ?? '') : operator, other);
  return isEmpty(state) ? name : null;
};

const mirrored: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

const keep = (state: Left, values: readonly unknown[], spend: (steps: number) => void): void => {
  spend(values.length);
  const kept = values.map((value) => JSON.stringify(value)).filter((text) => state.values?.has(text) ?? true);
  state.values = new Set(kept);
};

const bound = (state: Left, operator: string, value: number): void => {
  if ((operator === '>' || operator === '>=') && value >= state.above) {
    state.aboveOnly = operator === '>' || (value === state.above && state.aboveOnly);
    state.above = value;
  }
  if ((operator === '<' || operator === '<=') && value <= state.below) {
    state.belowOnly = operator === '<' || (value === state.below && state.belowOnly);
    state.below = value;
  }
};

const isEmpty = ({ values, above, below, aboveOnly, belowOnly }: Left): boolean =>
  values?.size === 0 || above > below || (above === below && (aboveOnly || belowOnly));
