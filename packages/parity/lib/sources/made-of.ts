import type { Tree } from '@flaghoist/plan-reading/tree';
import type { Expression } from '@flaghoist/terraform/sources/expression';
import { argumentOf } from '@flaghoist/terraform/sources/module';
import { type Binder, binderOf, binderOfFor, bindersOfBody, closedText } from '@flaghoist/terraform/sources/probes';
import type { Values } from '../compare/difference.ts';
import { isAlike, isSame, type KnownValues } from './known-values.ts';
import type { Sources } from './read-sources.ts';
import { givenFor, type Scope } from './scopes.ts';
import { onlyFillsIn } from './templates.ts';

/**
 * How a value comes into another one.
 *
 * - `text`: it is a part of it, as it is: what an environment's own words mean may differ
 * - `use`: a function or an index looks at it, so its own words count
 * - `decision`: it decides which value is taken; what nobody knows before apply must not
 */
type Role = 'text' | 'use' | 'decision';

/** Something that a value is made of and that is not the same in all environments, or that nobody can know before apply. */
export interface Ingredient {
  readonly text: string;
  readonly module: string;
  /** Where it is used for more than a part of a text. */
  readonly usedIn: string | undefined;
  /** `undefined` where nobody knows them. */
  readonly values: Values | undefined;
}

interface Place {
  readonly scope: Scope;
  readonly binders: readonly Binder[];
  readonly role: Role;
  readonly usedIn?: string | undefined;
}

/** Members still to be taken from a value; ELEMENT stands for any of them. */
type Rest = readonly string[];
const ELEMENT = '*';

/**
 * Functions whose result holds their arguments as they are, and does not depend on what they say. A digest holds them, too: it says
 * nothing but them, and whatever looks at it looks at them.
 */
const PASS_ON = new Set(
  'md5 sha1 sha256 sha512 base64sha256 base64sha512 base64gzip jsonencode yamlencode format formatlist join concat merge flatten compact tolist toset tomap tostring coalesce coalescelist try one values zipmap nonsensitive sensitive sort reverse base64encode upper lower title trimspace chomp indent'.split(
    ' ',
  ),
);

/** Verbs that put an argument in as it is: a width or a precision pads or cuts it. */
const PLAIN_FORMAT = /^(?:[^%]|%%|%[vsdq])*$/;

const passesOn = (name: string, [first]: readonly Expression[]): boolean =>
  PASS_ON.has(name) && (!name.startsWith('format') || PLAIN_FORMAT.test(first?.text ?? '%'));

/** Functions that give back one of their arguments, or all: what is taken from the result is taken from them. */
const SAME_SHAPE = new Set(
  'try coalesce coalescelist one tolist toset tomap concat merge flatten compact values nonsensitive sensitive sort reverse'.split(
    ' ',
  ),
);

const memberOfTree = (tree: Tree | undefined, rest: Rest): Tree | undefined =>
  rest.reduce<Tree | undefined>((at, name) => (at?.kind === 'map' ? at.entries.get(name) : undefined), tree);

/** The key or number of an instance: instances are compared by them. */
const isOwnKey = ({ path: [root = '', name] = [] }: Expression, binders: readonly Binder[]): boolean => {
  const binder = binderOf(root, binders);
  return binder?.kind === 'count' || (binder?.kind === 'iterator' && name === 'key');
};

const stricter = (a: Role, b: Role): Role =>
  a === 'decision' || b === 'decision' ? 'decision' : a === 'use' || b === 'use' ? 'use' : 'text';

/**
 * At each expression, not only at the end: what an expression uses in several places is found at each of them, so that the
 * lists would grow by that factor with every step, beyond any memory.
 */
const eachOnce = (ingredients: readonly Ingredient[]): readonly Ingredient[] =>
  ingredients.length < 2
    ? ingredients
    : [...new Map(ingredients.map((each) => [`${each.module}|${each.text}|${each.usedIn}`, each])).values()];

/** Finds what a value is made of that differs between environments, or is used so that nobody can say whether it does. */
export const createMadeOf = (known: KnownValues, fileAt: Sources['fileAt']) => {
  const found = new Map<string, readonly Ingredient[]>();

  const look = (expression: Expression | undefined, place: Place, rest: Rest = []): readonly Ingredient[] => {
    if (expression === undefined) return [];
    const { scope, binders, role } = place;
    const id = [scope.path, role, rest.join('.'), closedText(expression, binders) ?? '', expression.text ?? ''].join(
      '|',
    );
    if (expression.text === undefined) return follow(expression, place, rest);
    const before = found.get(id);
    if (before !== undefined) return before;
    // Nothing is made of itself; a text may only look like it.
    found.set(id, []);
    const ingredients = eachOnce(judge(expression, place, rest));
    found.set(id, ingredients);
    return ingredients;
  };

  /** Known values settle it; else it depends on what it is made of. */
  const judge = (expression: Expression, place: Place, rest: Rest): readonly Ingredient[] => {
    if (expression.type === 'literal' || (place.role === 'text' && isOwnKey(expression, place.binders))) return [];
    const { scope, binders, role, usedIn } = place;
    const whole = known(scope, expression, binders);
    const part = whole?.map((tree) => memberOfTree(tree, rest));
    const values = part === undefined || part.includes(undefined) ? whole : part;
    if (values === undefined) return follow(expression, place, rest);
    if (role === 'text' ? isAlike(values) : isSame(values)) return [];
    const inside = SAYS_WHY.has(expression.type) ? follow(expression, place, rest) : [];
    const text = expression.text ?? '';
    return inside.length > 0
      ? inside
      : [{ text, module: scope.path, usedIn: usedIn === text ? undefined : usedIn, values }];
  };

  const valuesOf = (expression: Expression | undefined, { scope, binders }: Place): Values | undefined =>
    expression === undefined ? undefined : known(scope, expression, binders);

  const all = (
    expressions: readonly (Expression | undefined)[],
    place: Place,
    rest: Rest = [],
  ): readonly Ingredient[] => expressions.flatMap((each) => look(each, place, rest));

  const follow = (expression: Expression, place: Place, rest: Rest): readonly Ingredient[] => {
    const { children, text } = expression;
    const as = (role: Role): Place => ({ ...place, role: stricter(place.role, role), usedIn: text ?? place.usedIn });
    switch (expression.type) {
      case 'literal':
        return [];
      case 'reference':
        return followReference(expression, place, rest);
      case 'object':
        return followObject(expression, place, rest);
      case 'tuple':
        return all(children, place, rest[0] === ELEMENT ? rest.slice(1) : rest);
      case 'conditional':
        return [
          ...look(children[0], { ...place, role: 'decision' }),
          ...all(takenBranches(expression, place), place, rest),
        ];
      case 'index':
        return followElement(expression, place, rest);
      case 'operation':
        return all(children, as('decision'));
      case 'function': {
        const [name = ''] = expression.path ?? [];
        // It gives one of the elements, or what is to be given without it, as an index does.
        if (name === 'lookup') return followElement(expression, place, rest);
        if (name === 'templatefile' && onlyFillsIn(valuesOf(children[0], place), fileAt)) {
          const [path, ...filled] = children;
          return [...look(path, as('use')), ...all(filled, place)];
        }
        return all(children, passesOn(name, children) ? place : as('use'), SAME_SHAPE.has(name) ? rest : []);
      }
      case 'for': {
        const binder = binderOfFor(expression);
        const [collection, value, ...others] = children;
        const inner = binder === undefined ? place : { ...place, binders: [...place.binders, binder] };
        const isList =
          expression.bound !== undefined && !('iterator' in expression.bound) && text?.startsWith('[') === true;
        const below = rest[0] === ELEMENT ? rest.slice(1) : isList ? rest : [];
        const conditions = others.flatMap((each) =>
          look(each, { ...inner, role: 'decision', usedIn: text ?? place.usedIn }),
        );
        // Which elements there are is compared where they are.
        return [
          ...look(value, inner, 'iterator' in (expression.bound ?? {}) ? rest : below),
          ...lengthOf(collection, place),
          ...conditions,
        ];
      }
      default:
        return all(children, place, rest);
    }
  };

  const followElement = (
    { children: [collection, key, without], text }: Expression,
    place: Place,
    rest: Rest,
  ): readonly Ingredient[] => {
    const asUsed: Place = { ...place, role: stricter(place.role, 'use'), usedIn: text ?? place.usedIn };
    return [
      ...look(collection, place, [ELEMENT, ...rest]),
      ...look(key, isByInstance(collection, place) ? place : asUsed),
      ...look(without, place, rest),
    ];
  };

  /** How many elements a loop goes through may follow from what its collection is made of. */
  const lengthOf = (collection: Expression | undefined, place: Place): readonly Ingredient[] =>
    collection === undefined || collection.type === 'reference' ? [] : look(collection, place);

  const takenBranches = (
    { children: [condition, ...branches] }: Expression,
    place: Place,
  ): readonly (Expression | undefined)[] => {
    const values = valuesOf(condition, place);
    const [first] = values ?? [];
    if (values === undefined || first?.kind !== 'scalar' || !isSame(values)) return branches;
    return [branches[first.value === true ? 0 : 1]];
  };

  const followObject = (
    { keys = [], children }: Expression,
    place: Place,
    [name, ...below]: Rest,
  ): readonly Ingredient[] => {
    if (name !== undefined && name !== ELEMENT) {
      const named = children.filter((_, index) => keys[index] === name);
      // What nothing sets, AWS chooses, everywhere alike.
      if (named.length > 0 || keys.every((key) => typeof key === 'string')) return all(named, place, below);
    }
    const computed = keys.flatMap((key) => (typeof key === 'string' ? [] : [key]));
    return [...all(computed, place), ...all(children, place, name === undefined ? [] : below)];
  };

  const followReference = (expression: Expression, place: Place, rest: Rest): readonly Ingredient[] => {
    const { scope } = place;
    const [root = '', name = '', ...own] = expression.path ?? [];
    const binder = binderOf(root, place.binders);
    if (binder !== undefined)
      return followBinder(
        binder,
        [name, ...own].filter((each) => each !== ''),
        place,
        rest,
      );
    const below = [...own, ...rest];
    if (root === 'var') return followInput(name, place, below);
    if (root === 'local') return look(scope.module.locals.get(name), { ...place, binders: [] }, below);
    if (root === 'module') {
      const called = scope.called.get(name);
      const [output = '', ...members] = own;
      const body = argumentOf(called?.module.outputs.get(output), 'value');
      if (called !== undefined) return look(body, { ...place, scope: called, binders: [] }, [...members, ...rest]);
    }
    // A resource is compared where it stands; but what nobody knows before apply must not decide.
    return place.role === 'decision'
      ? [{ text: expression.text ?? '', module: scope.path, usedIn: place.usedIn, values: undefined }]
      : [];
  };

  const followInput = (name: string, place: Place, rest: Rest): readonly Ingredient[] => {
    const { scope } = place;
    if (scope.caller === undefined) return [];
    const binders = bindersOfBody(scope.caller.body);
    return look(givenFor(scope, name), { ...place, scope: scope.caller.scope, binders }, rest);
  };

  const followBinder = (binder: Binder, path: readonly string[], place: Place, rest: Rest): readonly Ingredient[] => {
    const outer = { ...place, binders: place.binders.slice(0, place.binders.indexOf(binder)) };
    if (binder.kind === 'count') return [];
    if (binder.kind === 'iterator') {
      // Keys of instances are compared as keys.
      return path[0] === 'key' ? [] : look(binder.collection, outer, [ELEMENT, ...path.slice(1), ...rest]);
    }
    return look(binder.collection, outer, [ELEMENT, ...path, ...rest]);
  };

  /** Whether the keys of a collection are those of instances, which are compared with their own words replaced. */
  const isByInstance = (expression: Expression | undefined, place: Place): boolean => {
    if (expression === undefined) return false;
    const { scope } = place;
    const [root = '', name = '', ...own] = expression.path ?? [];
    if (expression.type === 'for') return isByInstance(expression.children[0], place);
    if (expression.type !== 'reference') return false;
    const binder = binderOf(root, place.binders);
    if (binder !== undefined) return isByInstance(binder.collection, place);
    if (root === 'local') return isByInstance(scope.module.locals.get(name), { ...place, binders: [] });
    if (root === 'var') {
      return (
        scope.caller !== undefined &&
        isByInstance(givenFor(scope, name), { ...place, scope: scope.caller.scope, binders: [] })
      );
    }
    if (root === 'module') {
      const called = scope.called.get(name);
      const [output] = own;
      if (output === undefined) return true;
      const value = argumentOf(called?.module.outputs.get(output), 'value');
      return called !== undefined && isByInstance(value, { ...place, scope: called, binders: [] });
    }
    return true;
  };

  /** @param steps members of the value that are meant; ELEMENT for any element */
  return (
    scope: Scope,
    expression: Expression,
    binders: readonly Binder[],
    steps: Rest = [],
  ): readonly Ingredient[] => {
    return eachOnce(look(expression, { scope, binders, role: 'text' }, steps));
  };
};

export type MadeOf = ReturnType<typeof createMadeOf>;

/** What holds its parts as they are: they say better than the whole what differs. */
const SAYS_WHY = new Set<Expression['type']>([
  'reference',
  'object',
  'tuple',
  'conditional',
  'template',
  'for',
  'other',
]);
