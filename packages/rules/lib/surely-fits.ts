import type * as z from 'zod/mini';

type Definition = z.core.$ZodTypes['_zod']['def'];
type Sure = (value: unknown) => boolean;

const never: Sure = () => false;

/**
 * A quick look whether a value fits a schema: `true` means that parsing gives back an equal value, `false` that only parsing
 * can tell. Nearly every envelope brings facts in perfect form, and to parse them took half of the time of the rules about
 * them. Only what the schemas of facts are made of is known here; a schema of anything else is never sure.
 */
export const surelyFits = (schema: z.core.$ZodType): Sure => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const isOf = typeCheck(def);
  const checks = (def.checks ?? []).map(({ _zod }) => limit(_zod.def as z.core.$ZodChecks['_zod']['def']));
  const [only] = checks;
  if (only === undefined) return isOf;
  if (checks.length === 1) return (value) => isOf(value) && only(value);
  return (value) => isOf(value) && checks.every((check) => check(value));
};

const typeCheck = (def: Definition): Sure => {
  switch (def.type) {
    case 'string':
      return 'format' in def ? never : (value) => typeof value === 'string';
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'number':
      if (!('format' in def)) return Number.isFinite;
      return def.format === 'safeint' ? Number.isSafeInteger : never;
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
      return (value) => Array.isArray(value) && value.every(element);
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
      const place = names[count] === name ? count : names.indexOf(name);
      if (place < 0 || checks[place]?.(object[name]) !== true) return false;
      count += 1;
    }
    return count === names.length;
  };
};

const limit = (def: z.core.$ZodChecks['_zod']['def']): Sure => {
  switch (def.check) {
    case 'greater_than':
      return (value) => Number(value) > Number(def.value) || (def.inclusive && value === def.value);
    case 'less_than':
      return (value) => Number(value) < Number(def.value) || (def.inclusive && value === def.value);
    case 'min_length':
      return (value) => Array.isArray(value) && value.length >= def.minimum;
    default:
      return never;
  }
};
