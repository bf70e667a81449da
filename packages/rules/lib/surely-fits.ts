import type * as z from 'zod/mini';

type Definition = z.core.$ZodTypes['_zod']['def'];
type Check = z.core.$ZodChecks['_zod']['def'];
type Sure = (value: unknown) => boolean;

const never: Sure = () => false;

/**
 * A quick look whether a value fits a schema: `true` means that parsing gives back an equal value, `false` that only parsing
 * can tell. Nearly every envelope brings facts in perfect form, and to parse them took half of the time of the rules about
 * them. Only what the schemas of facts are made of is known here; a schema of anything else is never sure.
 */
export const surelyFits = (schema: z.core.$ZodType): Sure => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const checks = (def.checks ?? []).map(({ _zod }) => _zod.def as Check);
  if (def.type === 'number') return numberOf(def, checks);
  return checks.map(limit).reduce<Sure>((fits, within) => (value) => fits(value) && within(value), typeCheck(def));
};

/** One function for type and bounds: an order has two such numbers, and every envelope several orders. */
const numberOf = (def: Definition, checks: readonly Check[]): Sure => {
  const isWhole = 'format' in def;
  if (isWhole && def.format !== 'safeint') return never;
  let [above, least, most, below] = [-Infinity, -Infinity, Infinity, Infinity];
  for (const check of checks) {
    if ((check.check !== 'greater_than' && check.check !== 'less_than') || typeof check.value !== 'number')
      return never;
    if (check.check === 'greater_than' && check.inclusive) least = Math.max(least, check.value);
    else if (check.check === 'greater_than') above = Math.max(above, check.value);
    else if (check.inclusive) most = Math.min(most, check.value);
    else below = Math.min(below, check.value);
  }
  return (value) =>
    typeof value === 'number' &&
    (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    value >= least &&
    value > above &&
    value <= most &&
    value < below;
};

const typeCheck = (def: Definition): Sure => {
  switch (def.type) {
    case 'string':
      return 'format' in def ? never : (value) => typeof value === 'string';
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'enum':
      return oneOf(Object.values(def.entries));
    case 'literal':
      return oneOf(def.values);
    case 'nullable': {
      const inner = surelyFits(def.innerType);
      return (value) => value === null || inner(value);
    }
    case 'union': {
      const options = def.options.map(surelyFits);
      return (value) => options.some((option) => option(value));
    }
    case 'array': {
      const element = surelyFits(def.element);
      return (value) => Array.isArray(value) && (value.length === 0 || value.every(element));
    }
    case 'object':
      return def.catchall === undefined ? objectOf(def.shape) : never;
    default:
      return never;
  }
};

const oneOf =
  (values: readonly unknown[]): Sure =>
  (value) =>
    values.includes(value);

/**
 * Exactly these members: of others, parsing takes away those that it does not know and knows which may be missing. Canonical
 * JSON has them in the order of their names, in which they are looked at first.
 */
const objectOf = (shape: Readonly<Record<string, z.core.$ZodType>>): Sure => {
  const names = Object.keys(shape).sort();
  const checks = names.map((name) => surelyFits(shape[name] as z.core.$ZodType));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const object = value as Readonly<Record<string, unknown>>;
    let count = 0;
    for (const name in object) {
      const fits = checks[names[count] === name ? count : names.indexOf(name)];
      if (fits === undefined || !fits(object[name])) return false;
      count += 1;
    }
    return count === names.length;
  };
};

const limit = (def: Check): Sure => {
  if (def.check !== 'min_length') return never;
  const { minimum } = def;
  return (value) => Array.isArray(value) && value.length >= minimum;
};
