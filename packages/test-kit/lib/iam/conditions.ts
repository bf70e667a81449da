/** What a request carries, by condition key in lower case: keys of context are compared without case. */
export type Context = Readonly<Record<string, readonly string[]>>;

export const contextOf = (values: Readonly<Record<string, string | readonly string[]>>): Context =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value]),
  );

type Compare = (found: string, pattern: Pattern) => boolean;

/** A text of a policy with its wildcards told from the literal text that a variable brought in. */
type Pattern = readonly { readonly text: string; readonly literal: boolean }[];

const textOf = (pattern: Pattern): string => pattern.map(({ text }) => text).join('');

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const wild = (text: string): string => escaped(text).replaceAll('\\*', '[\\s\\S]*').replaceAll('\\?', '[\\s\\S]');

const like: Compare = (found, pattern) =>
  new RegExp(`^${pattern.map(({ text, literal }) => (literal ? escaped(text) : wild(text))).join('')}$`).test(found);

/** Each of the six parts by itself: a wildcard does not reach over a colon, but in the last part. */
const arnLike: Compare = (found, pattern) => {
  const parts = (arn: string): string[] => {
    const all = arn.split(':');
    return [...all.slice(0, 5), all.slice(5).join(':')];
  };
  const [wanted, given] = [parts(textOf(pattern)), parts(found)];
  return wanted.every((part, index) => new RegExp(`^${wild(part)}$`).test(given[index] ?? ''));
};

const equal: Compare = (found, pattern) => found === textOf(pattern);
const equalIgnoringCase: Compare = (found, pattern) => found.toLowerCase() === textOf(pattern).toLowerCase();

const operators: Readonly<Record<string, { readonly compare: Compare; readonly negated: boolean }>> = {
  StringEquals: { compare: equal, negated: false },
  StringNotEquals: { compare: equal, negated: true },
  StringEqualsIgnoreCase: { compare: equalIgnoringCase, negated: false },
  StringNotEqualsIgnoreCase: { compare: equalIgnoringCase, negated: true },
  StringLike: { compare: like, negated: false },
  StringNotLike: { compare: like, negated: true },
  ArnEquals: { compare: arnLike, negated: false },
  ArnLike: { compare: arnLike, negated: false },
  ArnNotEquals: { compare: arnLike, negated: true },
  ArnNotLike: { compare: arnLike, negated: true },
  Bool: { compare: equalIgnoringCase, negated: false },
};

const VARIABLE = /\$\{([^}]*)\}/g;

/** A value of a policy with its variables filled; `undefined` when the request does not carry one of them. */
const filled = (value: string, context: Context): Pattern | undefined => {
  const pattern: { text: string; literal: boolean }[] = [];
  let end = 0;
  for (const match of value.matchAll(VARIABLE)) {
    const [whole, name = ''] = match;
    pattern.push({ text: value.slice(end, match.index), literal: false });
    end = match.index + whole.length;
    if (['*', '?', '$'].includes(name)) pattern.push({ text: name, literal: true });
    else {
      if (/[^\w:/.-]/.test(name)) throw new RangeError(`the variable ${whole} is not judged here`);
      const [found, ...more] = context[name.toLowerCase()] ?? [];
      if (found === undefined || more.length > 0) return undefined;
      pattern.push({ text: found, literal: true });
    }
  }
  return [...pattern, { text: value.slice(end), literal: false }];
};

/**
 * Whether one operator holds for one key, by the tables of AWS's "Multivalued context keys" and "IfExists" pages. A key that
 * the request does not carry: a plain operator fails, a negated one holds, `ForAllValues` holds, `ForAnyValue` fails. A
 * variable that it does not carry: AWS calls the statement invalid, so it allows and denies nothing.
 *
 * @throws RangeError for an operator that is not judged here, and for several values under an operator for one
 */
const holds = (written: string, key: string, values: readonly string[], context: Context): boolean => {
  const [, set, name = '', ifExists] = /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(written) ?? [];
  const found = context[key.toLowerCase()] ?? [];
  if (name === 'Null') return values.some((value) => (value.toLowerCase() === 'true') === (found.length === 0));
  const operator = operators[name];
  if (operator === undefined) throw new RangeError(`the operator ${written} is not judged here`);
  const { compare, negated } = operator;
  const patterns = values.map((value) => filled(value, context)).filter((pattern) => pattern !== undefined);
  if (patterns.length < values.length) return false;
  const matches = (each: string): boolean => patterns.some((pattern) => compare(each, pattern)) !== negated;
  if (found.length === 0) {
    if (ifExists !== undefined || set === 'ForAllValues:') return true;
    return set === undefined && negated;
  }
  if (set === 'ForAllValues:') return found.every(matches);
  if (set === 'ForAnyValue:') return found.some(matches);
  const [only = '', ...more] = found;
  if (more.length > 0)
    throw new RangeError(`${key} has several values; ${written} is for one. Use ForAllValues or ForAnyValue.`);
  return matches(only);
};

/** All operators and all their keys must hold. @throws RangeError */
export const conditionHolds = (
  condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  context: Context,
): boolean =>
  Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, key, values, context)),
  );

/** With `*` and `?`; actions without case, resources with it. */
export const isNamed = (patterns: readonly string[], text: string, context: Context, ignoreCase = false): boolean =>
  patterns.some((value) => {
    const pattern = filled(value, context);
    if (pattern === undefined) return false;
    if (!ignoreCase) return like(text, pattern);
    return like(text.toLowerCase(), [{ text: textOf(pattern).toLowerCase(), literal: false }]);
  });
