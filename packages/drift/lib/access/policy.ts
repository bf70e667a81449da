import { isObject } from '@flaghoist/core/json';
import { rangeOf } from './ranges.ts';

/** A statement of a policy, all of its parts as lists. */
export interface Statement {
  readonly allows: boolean;
  /** `*` is anybody; others as `kind value`. None in a policy of an identity. */
  readonly principals: readonly string[];
  readonly notPrincipals: readonly string[];
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** Values by operator and key. */
  readonly conditions: ReadonlyMap<string, readonly string[]>;
}

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(String);

const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/;
const accountOf = (arn: string): string | undefined => /^(?:arn:[^:]+:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(arn)?.[1];

const principalsOf = (value: unknown): readonly string[] =>
  (isObject(value)
    ? Object.entries(value)
    : value === undefined || value === null
      ? []
      : [['AWS', value] as const]
  ).flatMap(([kind, each]) =>
    listOf(each).map((name) =>
      // Of other kinds it is all services or all providers, and not everybody.
      name === '*' && kind === 'AWS' ? '*' : `${kind} ${kind === 'AWS' ? (ROOT.exec(name)?.[1] ?? name) : name}`,
    ),
  );

/**
 * An ARN that ends too soon holds for all that its missing fields may be.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
const whole = (resource: string): string => {
  const missing = 6 - resource.split(':').length;
  return resource.startsWith('arn:') && missing > 0 ? `${resource}${':*'.repeat(missing)}` : resource;
};

const lower = (values: readonly string[]): readonly string[] => values.map((each) => each.toLowerCase());

const statementOf = (value: unknown): Statement | undefined => {
  if (!isObject(value)) return undefined;
  const conditions = Object.entries(isObject(value['Condition']) ? value['Condition'] : {}).flatMap(
    ([operator, tests]) =>
      Object.entries(isObject(tests) ? tests : {}).map(
        ([key, expected]) => [`${operator} ${key.toLowerCase()}`, listOf(expected)] as const,
      ),
  );
  return {
    allows: value['Effect'] !== 'Deny',
    principals: principalsOf(value['Principal']),
    notPrincipals: principalsOf(value['NotPrincipal']),
    actions: lower(listOf(value['Action'])),
    notActions: lower(listOf(value['NotAction'])),
    resources: listOf(value['Resource']).map(whole),
    notResources: listOf(value['NotResource']).map(whole),
    conditions: new Map(conditions),
  };
};

/** The statements of a policy. A part that is not one counts as nothing. */
export const statementsOf = (policy: unknown): readonly (Statement | undefined)[] => {
  const statements = isObject(policy) ? policy['Statement'] : undefined;
  return (Array.isArray(statements) ? statements : [statements]).map(statementOf);
};

/**
 * Whether a pattern takes in another pattern. `?` is one character, and no pattern of many nor a variable.
 *
 * Never by a regular expression: somebody who may write one policy would stop every look at drift by stars and question marks.
 */
const takesIn = (pattern: string, other: string): boolean => {
  if (pattern === '*' || pattern === other) return true;
  let [at, place] = [0, 0];
  // The last star, and where what it takes in ends for now: none before it need be tried again.
  let star = -1;
  let end = 0;
  while (place < other.length) {
    if (pattern[at] === '*') {
      star = at;
      end = place;
      at += 1;
    } else if (pattern[at] === other[place] || (pattern[at] === '?' && isOneAt(other, place))) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      end += 1;
      at = star + 1;
      place = end;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
};

const isOneAt = (text: string, place: number): boolean => text[place] !== '*' && !text.startsWith('${', place);

/** What a policy variable stands for nobody knows before somebody asks. */
const VARIABLE = /\$\{[^}]*\}/g;

/** Whether there may be a text that both patterns take in. */
const mayMeet = (one: string, another: string): boolean => {
  const [a = [], b = []] = [one, another].map((each) => [...each.replaceAll(VARIABLE, '*')]);
  const nothing = b.findIndex((each) => each !== '*');
  // Whether what was read of the first and so many characters of the other one have a text in common.
  let row = Array.from({ length: b.length + 1 }, (_, count) => nothing < 0 || count <= nothing);
  for (const character of a) {
    const above = row;
    row = [character === '*' && above[0] === true];
    for (const [index, other] of b.entries()) {
      const hasStar = character === '*' || other === '*';
      const isLonger = hasStar && (above[index + 1] === true || row[index] === true);
      row.push(isLonger || (above[index] === true && (character === other || isAny(character) || isAny(other))));
    }
  }
  return row[b.length] === true;
};

const isAny = (character: string): boolean => character === '*' || character === '?';

interface Scope {
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** Whether one choice of actions or resources holds all that another one does. */
const holdsAll = (wide: Scope, narrow: Scope): boolean => {
  if (wide.except.length > 0) {
    return narrow.except.length > 0
      ? wide.except.every((each) => narrow.except.some((other) => takesIn(other, each)))
      : narrow.only.every((each) => !wide.except.some((other) => mayMeet(other, each)));
  }
  if (narrow.except.length > 0) return wide.only.includes('*');
  return narrow.only.every((each) => wide.only.some((pattern) => takesIn(pattern, each)));
};

/** Whether two principals may be one: an account is also all who are in it, and a session is also its role. */
const mayBeSame = (one: string, other: string): boolean => {
  if (one === other || other === '*' || other.endsWith(' *')) return true;
  if (!one.startsWith('AWS ') || !other.startsWith('AWS ')) return false;
  const [a, b] = [one.slice(4), other.slice(4)];
  const isWide = (name: string): boolean => /^\d{12}$|^arn:[^:]+:sts:/.test(name);
  return accountOf(a) === accountOf(b) && (isWide(a) || isWide(b));
};

const letsInAll = (wide: Statement, narrow: Statement): boolean => {
  if (wide.principals.includes('*')) return true;
  if (wide.notPrincipals.length > 0) {
    return narrow.notPrincipals.length > 0
      ? wide.notPrincipals.every((each) => narrow.notPrincipals.includes(each))
      : narrow.principals.every((each) => each !== '*' && !wide.notPrincipals.some((other) => mayBeSame(each, other)));
  }
  if (narrow.notPrincipals.length > 0) return false;
  return narrow.principals.every((each) => {
    const account = each.startsWith('AWS ') ? accountOf(each.slice(4)) : undefined;
    return wide.principals.includes(each) || (account !== undefined && wide.principals.includes(`AWS ${account}`));
  });
};

const isNegated = (operator: string): boolean => /Not/.test(operator);
const isPattern = (operator: string): boolean => /Like|Arn/.test(operator);

const isPlain = (value: string): boolean => !/[*?$]/.test(value);

/** Whether a condition whose values are `strict` holds only where the one with `loose` does. */
const implies = (operator: string, strict: readonly string[], loose: readonly string[]): boolean => {
  const holds = (values: readonly string[], value: string): boolean =>
    values.some((each) => {
      if (isPattern(operator)) return takesIn(each, value);
      if (!operator.includes('IpAddress')) return each === value;
      const [wide, narrow] = [rangeOf(each), rangeOf(value)];
      if (wide === undefined || narrow === undefined) return each === value;
      return wide.family === narrow.family && wide.low <= narrow.low && wide.high >= narrow.high;
    });
  const [numeric, direction] = /(?:Numeric|Date)(Less|Greater)/.exec(operator) ?? [];
  if (numeric !== undefined && strict.length === 1 && loose.length === 1) {
    const [a, b] = [strict, loose].map(([value = '']) =>
      operator.includes('Date') ? Date.parse(value) : Number(value),
    );
    if (a !== undefined && b !== undefined && !Number.isNaN(a) && !Number.isNaN(b))
      return direction === 'Less' ? a <= b : a >= b;
  }
  return isNegated(operator) ? loose.every((each) => holds(strict, each)) : strict.every((each) => holds(loose, each));
};

/** Whether one statement's conditions hold only where the other's do. */
const isAsStrict = (strict: Statement, loose: Statement): boolean =>
  [...loose.conditions].every(([name, values]) => {
    const [operator = '', key] = name.split(' ');
    const same = strict.conditions.get(name);
    if (same !== undefined && implies(operator, same, values)) return true;
    // Without IfExists a condition asks for more; a text that is equal to one is also like it.
    return [
      operator.replace(/IfExists$/, ''),
      operator.replace('Like', 'Equals'),
      operator.replace(/Like|IfExists/g, (part) => (part === 'Like' ? 'Equals' : '')),
    ].some((other) => {
      const stricter = other === operator ? undefined : strict.conditions.get(`${other} ${key}`);
      if (stricter === undefined) return false;
      // Not to be equal to a pattern's text forbids that text alone.
      const isText = isNegated(operator) && isPattern(operator) && !isPattern(other);
      return isText
        ? values.every((each) => isPlain(each) && stricter.includes(each))
        : implies(operator, stricter, values);
    });
  });

const covers = (wide: Statement, narrow: Statement): boolean =>
  letsInAll(wide, narrow) &&
  holdsAll({ only: wide.actions, except: wide.notActions }, { only: narrow.actions, except: narrow.notActions }) &&
  holdsAll(
    { only: wide.resources, except: wide.notResources },
    { only: narrow.resources, except: narrow.notResources },
  ) &&
  isAsStrict(narrow, wide);

const MOST_ATOMS = 5_000;

/** A statement as those for one principal, action and resource each, which other statements may cover one by one. */
const atomsOf = (statement: Statement): readonly Statement[] => {
  const each = (values: readonly string[]): readonly (readonly string[])[] =>
    values.length === 0 ? [[]] : values.map((value) => [value]);
  const [principals, actions, resources] = [statement.principals, statement.actions, statement.resources].map(each);
  if (principals === undefined || actions === undefined || resources === undefined) return [statement];
  if (principals.length * actions.length * resources.length > MOST_ATOMS) return [statement];
  return principals.flatMap((principal) =>
    actions.flatMap((action) =>
      resources.map((resource) => ({ ...statement, principals: principal, actions: action, resources: resource })),
    ),
  );
};

/** The parts of a statement that no other one holds. */
export const uncovered = (statement: Statement, others: readonly Statement[]): readonly Statement[] =>
  others.some((other) => covers(other, statement))
    ? []
    : atomsOf(statement).filter((atom) => !others.some((other) => covers(other, atom)));

/** What says who asks, or from where; a condition on anything else lets everybody in who asks for the right thing. */
const WHO =
  /^(?:aws:(?:principal(?!type|isawsservice)|source(?:account|arn|owner|org|vpc|vpce|ip)|userid|username|vpcsourceip|federatedprovider)|kms:(?:calleraccount|grantisforawsresource)|sts:externalid|s3:dataaccesspointaccount|.*:(?:sub|aud|amr)$|sns:endpoint$)/;

const isAsked = ([name, values]: readonly [string, readonly string[]]): boolean => {
  const [operator = '', key = ''] = name.split(' ');
  if (!WHO.test(key) || isNegated(operator) || operator.includes('IfExists') || operator === 'Null') return false;
  const isWide = (value: string): boolean => {
    const range = rangeOf(value);
    return (
      /^[*:]*$/.test(value) ||
      value === 'arn:*' ||
      (range !== undefined && range.high - range.low >= (range.family === 4 ? 1n << 25n : 1n << 121n))
    );
  };
  return values.length > 0 && !values.some(isWide);
};

/** Whether a statement lets in somebody without asking who it is. */
export const isForAnybody = ({ allows, principals, notPrincipals, conditions }: Statement): boolean =>
  allows &&
  (principals.some((each) => /^(.* )?\*$/.test(each)) || notPrincipals.length > 0) &&
  ![...conditions].some(isAsked);

export const hasPrincipals = ({ principals, notPrincipals }: Statement): boolean =>
  principals.length + notPrincipals.length > 0;

/** With each of these an identity can give itself all others. */
const ESCALATIONS = [
  'iam:attachrolepolicy',
  'iam:createpolicyversion',
  'iam:putrolepolicy',
  'iam:passrole',
  'iam:updateassumerolepolicy',
  'iam:createaccesskey',
  'sts:assumerole',
];

/** Whether a statement of an identity makes an administrator of it. */
export const isForAll = ({ allows, actions, notActions, resources, notResources }: Statement): boolean =>
  allows &&
  (resources.includes('*') || notResources.length > 0) &&
  ESCALATIONS.some((action) =>
    notActions.length > 0
      ? !notActions.some((each) => takesIn(each, action))
      : actions.some((each) => takesIn(each, action)),
  );
