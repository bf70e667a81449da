const asFraction = (value: number): string => {
  const text = JSON.stringify(value);
  return Number.isInteger(value) && !/[.e]/i.test(text) ? `${text}.0` : text;
};

/**
 * The values of a flag as JSON. Where one of them has a fraction, whole numbers are written with one too: clients in Java and
 * Python take `1` for another type than `1.0`.
 */
export const variantTexts = (variants: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> => {
  const values = [...variants.values()];
  const fractions = values.some((value) => typeof value === 'number' && !Number.isInteger(value));
  const textOf = (value: unknown): string =>
    fractions && typeof value === 'number' ? asFraction(value) : JSON.stringify(value);
  return new Map([...variants].map(([name, value]) => [name, textOf(value)]));
};
