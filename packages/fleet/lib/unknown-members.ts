import * as z from 'zod/mini';
import type { Path } from './lined-text.ts';
import { nearestName } from './nearest-name.ts';

/** What a JSON Schema says of the values at one place, as far as names of members go. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly required?: readonly string[];
}

/** The member of the root by which an editor finds the schema. */
const EDITORS = '$schema';

export interface Problem {
  readonly path: Path;
  readonly problem: string;
  readonly remedy?: string;
  /** Whether it is about the name of the member and not about its value. */
  readonly ofName?: boolean;
}

/**
 * Members that a schema does not know, wherever they stand. A schema that ignores them where a function reads them does not
 * ignore them where somebody has just written them: a misspelt limit must not be thought to hold.
 */
export const unknownMembers = (schema: z.ZodMiniType, value: unknown): readonly Problem[] =>
  unknownIn([z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape], value, []);

const unknownIn = (shapes: readonly Shape[], value: unknown, path: Path): readonly Problem[] => {
  const all = shapes.flatMap(({ anyOf = [], ...shape }) => [shape, ...nearestForm(anyOf, value)]);
  if (Array.isArray(value)) {
    const items = all.flatMap(({ items: each }) => (each === undefined ? [] : [each]));
    return value.flatMap((each, index) => unknownIn(items, each, [...path, index]));
  }
  const known = all.flatMap(({ properties }) => Object.entries(properties ?? {}));
  if (typeof value !== 'object' || value === null || known.length === 0) return [];
  const names = [...new Set(known.map(([name]) => name).filter((name) => name !== EDITORS))];
  return Object.entries(value).flatMap(([name, each]) => {
    if (path.length === 0 && name === EDITORS) return [];
    const place = [...path, name];
    const below = known.filter(([other]) => other === name).map(([, shape]) => shape);
    if (below.length > 0) return unknownIn(below, each, place);
    return [{ path: place, ofName: true, ...unknown(name, names) }];
  });
};

/** Of the forms that an object may have, the one that it comes nearest to. */
const nearestForm = (forms: readonly Shape[], value: unknown): readonly Shape[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return forms;
  const misfits = ({ properties = {}, required = [] }: Shape): number =>
    Object.keys(value).filter((name) => !Object.hasOwn(properties, name)).length +
    required.filter((name) => !Object.hasOwn(value, name)).length;
  return forms.toSorted((a, b) => misfits(a) - misfits(b)).slice(0, 1);
};

/** Whether the name is near to one that there is. */
export const isMisspelt = ({ remedy = '' }: Problem): boolean => remedy.startsWith(MEANT);

const MEANT = 'Did you mean ';

const unknown = (name: string, names: readonly string[]): Pick<Problem, 'problem' | 'remedy'> => {
  const nearest = nearestName(name, names);
  return {
    problem: `there is no member ${JSON.stringify(name)} here; expected ${names.join(', ')}`,
    remedy: nearest === undefined ? 'Take it away.' : `${MEANT}${JSON.stringify(nearest)}?`,
  };
};
