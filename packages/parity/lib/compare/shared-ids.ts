import { isObject } from '@flaghoist/core/json';
import type { Environment } from '@flaghoist/fleet/environments';
import { scalar } from '@flaghoist/plan-reading/tree';
import type { Difference } from './difference.ts';

/**
 * Ids that AWS gives to one thing of one account: of hosted zones, of what EC2 has, of keys of several regions. Images are not among
 * them, which accounts share as a matter of course.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
 */
const ID =
  /^(?:Z[0-9A-Z]{12,31}|(?:acl|dopt|eipalloc|eni|fs|fsap|i|igw|lt|nat|pcx|pl|rtb|sg|snap|subnet|tgw|vgw|vol|vpc|vpce)-(?:[0-9a-f]{8}|[0-9a-f]{17})|mrk-[0-9a-f]{32})$/;

const accountIn = (text: string): string | undefined => (text.startsWith('arn:') ? text.split(':')[4] : undefined);

interface Place {
  readonly path: string;
  readonly instance: string;
}

interface Held extends Place {
  readonly text: string;
}

const textsIn = (value: unknown, { path, instance }: Place): readonly Held[] => {
  if (typeof value === 'string') return [{ text: value, path, instance }];
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => textsIn(each, { path: `${path}[*]`, instance: `${instance}[${index}]` }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => textsIn(each, { path: `${path}.${name}`, instance }));
};

export interface Given {
  readonly environment: Pick<Environment, 'name' | 'account'>;
  /** Its inputs by name. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Ids of one account's own things that environments of several accounts are given. That each has another one is what entries of the
 * allow-list say of them, so the same one in two would be known only to AWS, at the apply. What is in an account of none of them may be
 * meant for all; anything else that accounts do share takes an entry.
 */
export const findSharedIds = (all: readonly Given[]): readonly Difference[] => {
  const accounts = new Set(all.map(({ environment }) => environment.account));
  const isOwn = (text: string): boolean => ID.test(text) || accounts.has(accountIn(text) ?? '');
  const held = all.map(({ variables }) =>
    Object.keys(variables)
      .sort()
      .flatMap((name) => textsIn(variables[name], { path: `var.${name}`, instance: '' }))
      .filter(({ text }) => isOwn(text)),
  );
  const byText = Map.groupBy(held.flat(), ({ text }) => text);
  return [...byText].flatMap(([text, [first]]): readonly Difference[] => {
    const has = held.map((each) => each.some((one) => one.text === text));
    const holders = all.flatMap(({ environment }, index) => (has[index] ? environment : []));
    if (first === undefined || new Set(holders.map(({ account }) => account)).size < 2) return [];
    const names = holders.map(({ name }) => name);
    return [
      {
        path: `${first.path}.#shared`,
        instance: first.instance,
        kind: 'shared',
        values: has.map((each) => (each ? scalar(text) : undefined)),
        note: `the same in ${names.slice(0, -1).join(', ')} and ${names.at(-1)}, whose accounts have their own`,
      },
    ];
  });
};
