import { isObject } from '@flaghoist/core/json';
import { type Examples, type Patch, withDocument } from '../examples/envelope.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { branchesOf } from '../targeting/branches.ts';
import type { Operation } from '../targeting/operations.ts';
import { at, type Place, pointerOf } from '../targeting/place.ts';
import { asking, country, readable } from './targeting.ts';

const wellFormed = [...readable, 'FH-TARGET-03', 'FH-TARGET-04', 'FH-TARGET-05'];

const each =
  (check: (operation: Operation, subject: Subject) => readonly Finding[]) =>
  (subject: Subject): readonly Finding[] =>
    subject.targeting.operations.flatMap((operation) => {
      subject.spend(1 + operation.args.length);
      return check(operation, subject);
    });

/** Operators that compare an attribute with what is written down. */
const comparing = new Set(['==', '===', '!=', '!==', 'in', 'starts_with', 'ends_with']);

interface Literal {
  readonly text: string;
  readonly pointer: string;
  readonly inList: boolean;
  /** Whether it is named to be kept out. */
  readonly excluded: boolean;
}

/** The texts that an operation compares with. */
const literalsOf = ({ operator, args, place }: Operation, spend: Subject['spend']): readonly Literal[] => {
  if (!comparing.has(operator)) return [];
  const inside = pointerOf(at(place, operator));
  const excluded = operator.startsWith('!') || isNegated(place);
  return args.flatMap((arg, index): readonly Literal[] => {
    if (typeof arg === 'string') return [{ text: arg, pointer: inside + pointerTo(index), inList: false, excluded }];
    if (operator !== 'in' || !Array.isArray(arg)) return [];
    spend(arg.length);
    return arg.flatMap((entry: unknown, place_) =>
      typeof entry === 'string'
        ? [{ text: entry, pointer: inside + pointerTo(index, place_), inList: true, excluded }]
        : [],
    );
  });
};

/** Whether an operation stands right behind a `!`, in its list or without one. */
const isNegated = ({ part, parent }: Place): boolean => part === '!' || (part === 0 && parent?.part === '!');

/** Letters of one word that look like those of another script. */
const mixed = /(?=[^\s]*\p{Script=Latin})(?=[^\s]*[\p{Script=Cyrillic}\p{Script=Greek}])[^\s]+/u;
/** Nothing is to be seen of these; joiners belong to some scripts. */
const unseen = /[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]|[^\S ]/u;

/** Letters and signs as wide as Chinese ones, which some keyboards give. */
const wide = /[\uff01-\uff5e]/;

/** What programs make a text of when they have no value, or one that is no text. Whoever keeps those out has thought of them. */
const madeOfNothing = new Set(['undefined', 'null', 'NaN', '[object Object]', '<nil>', '<null>', '(null)']);

const faultOf = ({ text, inList, excluded }: Literal): string | null => {
  if (text === '') return inList ? 'is empty' : null;
  if (text.trim() === '') return 'is nothing but blanks';
  if (text.trim() !== text) return 'begins or ends with a blank';
  if (unseen.test(text)) return 'has a character that cannot be seen';
  if (wide.test(text)) return 'has letters or signs of full width';
  if (!excluded && madeOfNothing.has(text)) return 'is what a program writes that has no value, whoever calls';
  return mixed.test(text) ? 'mixes letters of two scripts that look alike' : null;
};

/** `https://bank.com`: an address without anything behind its host. */
const bareOrigin = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[a-z0-9.-]+\.[a-z]{2,}$/i;

/** `bank.com`: something with a dot, and neither an at sign nor a dot before it. */
const bareDomain = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/i;

const folded = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Names that callers and flagd give, as they must be written. */
const known = new Map(['targetingKey', '$flagd.flagKey', '$flagd.timestamp'].map((name) => [folded(name), name]));

/** The places of conditions that are one attribute and nothing else. */
const bareIn = ({ operator, args, place }: Operation): readonly (readonly [string, Place])[] => {
  const inside = at(place, operator);
  const conditions: readonly (readonly [unknown, Place])[] =
    operator === 'if'
      ? branchesOf(args, inside).map(({ condition, place: where }) => [condition, where])
      : operator === 'and' || operator === 'or'
        ? args.map((arg, index) => [arg, at(inside, index)])
        : [];
  return conditions.flatMap(([condition, where]) => {
    const name: unknown = isObject(condition) ? condition['var'] : undefined;
    return typeof name === 'string' && name !== '' ? [[name, where] as const] : [];
  });
};

/** What stands in conditions: not what callers send, although it looks like it. */
export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-TARGET-29',
    title: 'What callers are compared with is what they send',
    rationale:
      '"acme " and a "pаypal" with a Cyrillic letter look right in every review and match nobody; an empty entry matches whoever sends nothing.',
    since: 2,
    after: wellFormed,
    about: 'targeting',
    check: each((operation, subject) =>
      literalsOf(operation, subject.spend.bind(subject)).flatMap((literal) => {
        const fault = faultOf(literal);
        if (fault === null) return [];
        return broken(
          literal.pointer,
          `No caller sends ${show(literal.text)}: it ${fault}.`,
          'Write it as callers send it, letter by letter from the keyboard.',
        );
      }),
    ),
  }),
  onChange({
    id: 'FH-TARGET-30',
    title: 'A list has each entry once',
    rationale: 'Who takes a customer out of the list takes out one of the two, and the customer stays.',
    severity: 'warning',
    since: 2,
    after: wellFormed,
    about: 'targeting',
    check: each(({ operator, args, place }, subject) => {
      const [, list] = args;
      if (operator !== 'in' || !Array.isArray(list)) return fine;
      subject.spend(list.length);
      const seen = new Set<unknown>();
      const index = list.findIndex((entry: unknown) => {
        if (typeof entry === 'object') return false;
        if (seen.has(entry)) return true;
        seen.add(entry);
        return false;
      });
      if (index < 0) return fine;
      return broken(
        pointerOf(at(at(at(place, operator), 1), index)),
        `The entry ${show(list[index])} stands in the list before; expected it once.`,
        'Remove one of the two.',
      );
    }),
  }),
  onChange({
    id: 'FH-TARGET-31',
    title: 'A domain is compared with its sign before it',
    rationale: 'Everybody can register notbank.com, and an address at bank.com.example holds "@bank.com" as well.',
    severity: 'warning',
    since: 2,
    after: wellFormed,
    about: 'targeting',
    check: each(({ operator, args, place }) => {
      const [left, right] = args;
      const inside = at(place, operator);
      if (operator === 'ends_with' && typeof right === 'string' && bareDomain.test(right)) {
        return broken(
          pointerOf(at(inside, 1)),
          `The condition holds for ${show(`mia@not${right}`)} as well: it ends with ${show(right)}.`,
          `Write ${show(`@${right}`)} for addresses, or ${show(`.${right}`)} for hosts.`,
        );
      }
      if (operator === 'starts_with' && typeof right === 'string' && bareOrigin.test(right)) {
        return broken(
          pointerOf(at(inside, 1)),
          `The condition holds for ${show(`${right}.example`)} as well: it begins with ${show(right)}.`,
          `Write ${show(`${right}/`)}, or compare the whole origin by "===".`,
        );
      }
      const domain = typeof left === 'string' ? left.replace(/^[@.]/, '') : '';
      if (operator !== 'in' || !isObject(right) || !bareDomain.test(domain)) return fine;
      return broken(
        pointerOf(at(inside, 0)),
        `The condition holds for ${show(`mia${left?.toString().startsWith('@') ? '' : '@'}${left}.example`)} as well: it holds ${show(left)}.`,
        'Compare the end: { "ends_with": [attribute, "@bank.com"] }.',
      );
    }),
  }),
  onChange({
    id: 'FH-TARGET-32',
    title: 'A condition compares an attribute with something',
    rationale: 'An attribute alone holds for whatever is not empty: also for the texts "false", "no" and "0".',
    severity: 'warning',
    since: 2,
    after: wellFormed,
    about: 'targeting',
    check: each((operation) =>
      bareIn(operation).flatMap(([name, place]) =>
        broken(
          pointerOf(place),
          `The condition holds for the caller {${JSON.stringify(name)}:"false"}: a text that is not empty counts as true.`,
          `Compare it: { "===": [{ "var": ${JSON.stringify(name)} }, true] }, or write { "!!": … } if any value will do.`,
        ),
      ),
    ),
  }),
  onChange({
    id: 'FH-TARGET-33',
    title: 'Attributes are spelt as they are sent',
    rationale:
      'flagd knows targetingKey. A targeting_key or targetingkey is an attribute of its own, which nobody sends.',
    since: 2,
    after: [...wellFormed, 'FH-TARGET-06'],
    about: 'targeting',
    check: each(({ operator, args, place }) => {
      const [name] = args;
      if (operator !== 'var' || typeof name !== 'string') return fine;
      const right = known.get(folded(name));
      const expected = right !== undefined && right !== name ? right : name.trim() === name ? null : name.trim();
      if (expected === null) return fine;
      return broken(
        pointerOf(at(place, operator)),
        `The attribute is spelt ${show(name)}; expected ${show(expected)}.`,
        'Correct the spelling.',
      );
    }),
  }),
];

const searching = (list: readonly unknown[]): Patch => asking({ in: [country, list] });
const email = { var: 'email' };

export const examples = (): Examples => ({
  'FH-TARGET-29': { failing: searching(['acme ', 'beta']), passing: searching(['acme', 'beta & sons']) },
  'FH-TARGET-30': { failing: searching(['DE', 'FR', 'DE']), passing: searching(['DE', 'FR', 'IT']) },
  'FH-TARGET-31': {
    failing: asking({ ends_with: [email, 'example.com'] }),
    passing: asking({ ends_with: [email, '@example.com'] }),
  },
  'FH-TARGET-32': {
    failing: asking({ var: 'beta' }),
    passing: asking({ '===': [{ var: 'beta' }, true] }),
  },
  'FH-TARGET-33': {
    failing: asking({ in: [{ var: 'targeting_key' }, ['u-1', 'u-2']] }),
    passing: withDocument({ targeting: { if: [{ in: [{ var: 'targetingKey' }, ['u-1', 'u-2']] }, 'on', 'off'] } }),
  },
});
