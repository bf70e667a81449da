import { hash } from 'node:crypto';
import { type Expression, everyPart } from './expression.ts';
import { argumentOf, type SourceModule } from './module.ts';

/** What gives names to the elements that an expression is evaluated for, the outermost first. */
export type Binder =
  | { readonly kind: 'for'; readonly key?: string | undefined; readonly value: string; readonly collection: Expression }
  | { readonly kind: 'iterator'; readonly name: string; readonly collection: Expression }
  | { readonly kind: 'count'; readonly collection: Expression };

const namesOf = (binder: Binder): readonly string[] => {
  if (binder.kind === 'count') return ['count'];
  return binder.kind === 'iterator' ? [binder.name] : [binder.value, ...(binder.key === undefined ? [] : [binder.key])];
};

const rootsOf = (expression: Expression): ReadonlySet<string> =>
  new Set(everyPart(expression).flatMap(({ type, path }) => (type === 'reference' ? (path?.slice(0, 1) ?? []) : [])));

/** Which of the binders a reference means. */
export const binderOf = (root: string, binders: readonly Binder[]): Binder | undefined =>
  binders.findLast((binder) => namesOf(binder).includes(root));

/** The binder that an expression `for` or a block `dynamic` brings. */
export const binderOfFor = ({ bound, children }: Expression): Binder | undefined => {
  const [collection] = children;
  if (collection === undefined || bound === undefined) return undefined;
  return 'iterator' in bound
    ? { kind: 'iterator', name: bound.iterator, collection }
    : { kind: 'for', key: bound.key, value: bound.value, collection };
};

/** The binder that a resource or a module call has by its `for_each` or `count`. */
export const bindersOfBody = (body: Expression | undefined): readonly Binder[] => {
  const each = argumentOf(body, 'for_each');
  if (each !== undefined) return [{ kind: 'iterator', name: 'each', collection: each }];
  const count = argumentOf(body, 'count');
  return count === undefined ? [] : [{ kind: 'count', collection: count }];
};

const replaced = (text: string, word: string, by: string): string =>
  text.replaceAll(new RegExp(`(?<![\\w.-])${word.replace('.', '\\.')}(?![\\w-])`, 'g'), by);

/** Functions that fail for some arguments, from which a condition may keep them. */
const FAILING =
  /^(cidr\w+|element|file\w*|index|(json|yaml|base64)decode|lookup|one|regex|regexall|slice|substr|templatefile|to\w+|zipmap)$/;

/** Whether it takes a member of a value that may be null or without it: those of resources are there. */
const takesMember = (path: readonly string[], binders: readonly Binder[]): boolean => {
  const [root = ''] = path;
  const binder = binderOf(root, binders);
  if (binder !== undefined) return path.length > (binder.kind === 'for' ? 1 : 2);
  if (root === 'var' || root === 'local') return path.length > 2;
  return root === 'module' && path.length > 3;
};

const mayFail = (expression: Expression, binders: readonly Binder[]): boolean =>
  everyPart(expression).some(
    ({ type, path = [], text }) =>
      type === 'index' ||
      (type === 'reference' && (text?.includes('[') === true || takesMember(path, binders))) ||
      (type === 'function' && FAILING.test(path[0] ?? '')),
  );

/** Lists and maps that each loop puts around a value. */
const LEVELS = { count: 1, for: 2, iterator: 3 } as const;

/** One loop around a text, that yields nothing where there is nothing to go through. */
const looped = (binders: readonly Binder[], depth: number, text: string): string | undefined => {
  const binder = binders[depth];
  if (binder === undefined) return undefined;
  const { text: written } = binder.collection;
  if (written === undefined) return undefined;
  // Where it cannot fail it stays as it is: a collection with anything unknown in it is wholly unknown to try().
  const collection = mayFail(binder.collection, binders.slice(0, depth))
    ? `try(${written}, ${binder.kind === 'count' ? 0 : '[]'})`
    : written;
  const [all, key, value] = [`fh_all${depth}`, `fh_key${depth}`, `fh_value${depth}`];
  const over = (loop: string) => `[for ${all} in [${collection}] : ${loop} if ${all} != null]`;
  switch (binder.kind) {
    case 'count':
      return `[for ${value} in range(${collection}) : ${replaced(text, 'count.index', value)}]`;
    case 'iterator': {
      const body = replaced(replaced(text, `${binder.name}.key`, key), `${binder.name}.value`, value);
      // By key, as environments may have different numbers of them; elements of a set need be no texts.
      return over(`{for ${key}, ${value} in ${all} : try(tostring(${key}), "") => ${body}...}`);
    }
    case 'for':
      return over(`[for ${binder.key === undefined ? '' : `${binder.key}, `}${binder.value} in ${all} : ${text}]`);
  }
};

/** What differs from plan to plan, or has no value of its own. */
const NOT_PROBED = /\b(plantimestamp|timestamp|uuid|bcrypt)\(|(?<![\w.])self\./;

/**
 * An expression as one that can stand anywhere in its module: evaluated for all elements of the loops that it stands in.
 * It fails for none, whatever a condition around it keeps away from it.
 */
export const closedText = (expression: Expression, binders: readonly Binder[]): string | undefined =>
  closed(expression, binders)?.text;

export interface Closed {
  readonly text: string;
  /** How many levels of lists and maps the loops put around a value. */
  readonly loopLevels: number;
}

export const closed = (expression: Expression, binders: readonly Binder[]): Closed | undefined => {
  if (expression.text === undefined || NOT_PROBED.test(expression.text)) return undefined;
  let loopLevels = 0;
  let text: string | undefined = `try(${expression.text}, null)`;
  const roots = new Set(rootsOf(expression));
  for (const [depth, binder] of [...binders.entries()].toReversed()) {
    if (!namesOf(binder).some((name) => roots.has(name))) continue;
    for (const root of rootsOf(binder.collection)) roots.add(root);
    loopLevels += LEVELS[binder.kind];
    text = text === undefined ? undefined : looped(binders, depth, text);
  }
  return text === undefined ? undefined : { text: `ephemeralasnull(${text})`, loopLevels };
};

/** Under which name the value of a closed expression stands in a plan. */
export const probeId = (text: string): string => hash('sha256', text).slice(0, 20);

const isWholeThing = (path: readonly string[]): boolean => {
  const [root = ''] = path;
  if (root === 'var' || root === 'local' || root === 'terraform' || root === 'path') return path.length < 2;
  return path.length < (root === 'data' ? 4 : root === 'module' ? 3 : 3);
};

const isWorthIt = ({ type, path = [] }: Expression, binders: readonly Binder[]): boolean => {
  if (type === 'literal' || type === 'tuple' || type === 'object') return false;
  // The whole of a resource or module would be a copy of it.
  return type !== 'reference' || binderOf(path[0] ?? '', binders) !== undefined || !isWholeThing(path);
};

/** Calls back for an expression and each part of it, with the loops that it stands in. */
export const walk = (
  expression: Expression,
  binders: readonly Binder[],
  visit: (part: Expression, binders: readonly Binder[]) => void,
): void => {
  visit(expression, binders);
  const binder = expression.type === 'for' ? binderOfFor(expression) : undefined;
  const inner = binder === undefined ? binders : [...binders, binder];
  for (const [index, child] of expression.children.entries()) {
    walk(child, expression.type === 'for' && index === 0 ? binders : inner, visit);
  }
  for (const key of expression.keys ?? []) if (typeof key !== 'string') walk(key, binders, visit);
};

/** Arguments whose expressions are no values: addresses, or read before anything is evaluated. */
const NO_VALUES = new Set([
  'depends_on',
  'provider',
  'providers',
  'source',
  'version',
  'replace_triggered_by',
  'ignore_changes',
]);

const withoutAddresses = (body: Expression): Expression => {
  if (body.type === 'tuple') return { ...body, children: body.children.map(withoutAddresses) };
  const keys = body.keys ?? [];
  const kept = keys.flatMap((key, index) => {
    const child = body.children[index];
    if (child === undefined || (typeof key === 'string' && NO_VALUES.has(key))) return [];
    return [[key, key === 'lifecycle' ? withoutAddresses(child) : child] as const];
  });
  return body.type === 'object'
    ? { ...body, text: undefined, keys: kept.map(([key]) => key), children: kept.map(([, child]) => child) }
    : body;
};

/** What is asked of a module's plan: the values of its expressions and of all that they are made of, by id. */
export const probesOf = ({
  locals,
  outputs,
  inputs,
  resources,
  calls,
  providers,
}: SourceModule): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const add = (expression: Expression, binders: readonly Binder[]): void =>
    walk(expression, binders, (part, around) => {
      const text = isWorthIt(part, around) ? closedText(part, around) : undefined;
      if (text !== undefined) found.set(probeId(text), text);
    });
  for (const each of locals.values()) add(each, []);
  for (const body of [...outputs.values(), ...providers.values()]) add(withoutAddresses(body), []);
  for (const body of inputs.values()) {
    const validations = argumentOf(body, 'validation');
    if (validations !== undefined) add(validations, []);
  }
  for (const body of [...resources.values(), ...calls.values()]) {
    add(withoutAddresses(body), bindersOfBody(body));
  }
  return found;
};
