import { entriesFor } from '@flaghoist/parity/allow-list/judge';
import { type Divergence, groupOf, type PlanJson, type ResourceChange } from './plan-json.ts';
import { allowList } from './report-on.ts';

type Steps = readonly (string | number)[];

interface Leaf {
  readonly steps: Steps;
  readonly value: unknown;
}

const leavesOf = (value: unknown, steps: Steps = []): readonly Leaf[] => {
  const below = Array.isArray(value)
    ? [...value.entries()]
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : [];
  return below.length === 0 ? [{ steps, value }] : below.flatMap(([key, each]) => leavesOf(each, [...steps, key]));
};

const pathOf = (steps: Steps): string =>
  steps
    .map((step) =>
      typeof step === 'number' ? '[*]' : /^[\w:/ -]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    )
    .join('');

const setAt = (root: unknown, steps: Steps, value: unknown): void => {
  let holder = root as Record<string | number, unknown>;
  for (const step of steps.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  const last = steps.at(-1);
  if (last !== undefined) holder[last] = value;
};

const isPolicy = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith('{"') && value.includes('"Statement"');

/** How a kind of attribute is recognised and changed; `undefined` leaves a value alone. */
interface AttributeClass {
  readonly recognise: (leaf: Leaf) => boolean;
  readonly change: (value: unknown) => unknown;
}

const last = ({ steps }: Leaf): string => String(steps.findLast((step) => typeof step === 'string'));

export const attributeClasses: Readonly<Record<string, AttributeClass>> = {
  'a flag': { recognise: ({ value }) => typeof value === 'boolean', change: (value) => value !== true },
  'a number': { recognise: ({ value }) => typeof value === 'number', change: (value) => Number(value) + 1 },
  'a version': {
    recognise: (leaf) =>
      typeof leaf.value === 'string' &&
      (/version|family|policy_document_version/.test(last(leaf)) || /^\d+(\.\d+)+$/.test(leaf.value)),
    change: (value) => `${String(value)}9`,
  },
  'a policy': {
    recognise: ({ value }) => isPolicy(value),
    change: (value) => String(value).replace('"Effect":"Allow"', '"Effect":"Deny"').replace('"Sid":"', '"Sid":"Other'),
  },
  'a tag': {
    recognise: ({ steps, value }) => steps[0] === 'tags' && typeof value === 'string',
    change: (value) => `${String(value)}-other`,
  },
  'a name': {
    recognise: (leaf) =>
      typeof leaf.value === 'string' &&
      leaf.steps.length === 1 &&
      /name|identifier|bucket|alias|description|domain/.test(last(leaf)),
    change: (value) => `other-${String(value)}`,
  },
  'an encryption setting': {
    recognise: (leaf) =>
      /kms|encrypt|sse|tls|ssl|master_key/.test(leaf.steps.join('.')) &&
      (typeof leaf.value === 'string' || typeof leaf.value === 'boolean'),
    change: (value) => (typeof value === 'boolean' ? !value : `${String(value)}-none`),
  },
  'a rule or a block': {
    recognise: ({ steps, value }) =>
      steps.length > 1 && steps[0] !== 'tags' && steps[0] !== 'tags_all' && typeof value === 'string',
    change: (value) => `${String(value)}0`,
  },
  'an empty value': {
    recognise: ({ value, steps }) => value === null && steps.length === 1,
    change: () => 'something',
  },
};

/** What an entry allows to differ is no divergence, as long as it keeps its direction. */
export const isAllowed = (path: string, stack = 'application'): boolean =>
  entriesFor(allowList, stack).some(({ covers }) => covers(path));

/** One divergence of a class for each type of resource in which the class occurs. */
export const attributeDivergences = (plan: PlanJson, name: string, stack?: string): readonly Divergence[] => {
  const attributeClass = attributeClasses[name];
  if (attributeClass === undefined) return [];
  const planted = new Map<string, Divergence>();
  for (const { address, type, change } of plan.resource_changes) {
    if (planted.has(type)) continue;
    const group = groupOf(address);
    const leaf = leavesOf(change.after).find(
      (each) =>
        each.steps.length > 0 &&
        attributeClass.recognise(each) &&
        attributeClass.change(each.value) !== each.value &&
        !isAllowed(group + pathOf(each.steps), stack),
    );
    if (leaf === undefined) continue;
    planted.set(type, {
      subject: type,
      path: `${group}${pathOf(leaf.steps)}`,
      plant: (target) => setAt(find(target, address).change.after, leaf.steps, attributeClass.change(leaf.value)),
    });
  }
  return [...planted.values()];
};

export const find = (plan: PlanJson, address: string): ResourceChange => {
  const found = plan.resource_changes.find((each) => each.address === address);
  if (found === undefined) throw new Error(`the plan has no ${address}`);
  return found;
};
