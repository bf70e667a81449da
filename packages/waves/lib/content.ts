import { hash } from 'node:crypto';
import type { Plan } from '@flaghoist/plan-reading/plan';
import * as z from 'zod/mini';

/** What an apply does to a resource. `forget`: it stays, and no state has it any longer. */
export const effects = ['create', 'update', 'delete', 'replace', 'forget'] as const;
export type Effect = (typeof effects)[number];

/** What a plan does, as far as somebody has to agree to it. */
export const contentSchema = z.object({
  /** By the resource's address. */
  effects: z.record(z.string(), z.enum(effects)),
  /** Resources whose creation failed half-way, and that are made anew for that reason alone. */
  unfinished: z.array(z.string()),
  /** Objects whose name has the hash of what they hold, and that go when another has taken their place: a build makes them again. */
  superseded: z.array(z.string()),
  /** A digest of each of the root's inputs. */
  inputs: z.record(z.string(), z.string()),
  /** By the table's address, the regions whose replica goes: an update to Terraform, and its data are gone. */
  replicasLost: z.record(z.string(), z.array(z.string())),
});
export type Content = z.infer<typeof contentSchema>;

type Resource = Plan['resource_changes'][number];

const effectOf = ({ change: { actions } }: Resource): Effect | undefined => {
  if (actions.includes('create') && actions.includes('delete')) return 'replace';
  return effects.find((effect) => actions.includes(effect));
};

const replicasIn = (table: unknown): readonly string[] => {
  const parsed = z.looseObject({ replica: z.array(z.looseObject({ region_name: z.string() })) }).safeParse(table);
  return parsed.success ? parsed.data.replica.map(({ region_name: region }) => region) : [];
};

const lostOf = ({ change: { before, after } }: Resource): readonly string[] => {
  const kept = new Set(replicasIn(after));
  return replicasIn(before).filter((region) => !kept.has(region));
};

const addressedSchema = z.looseObject({ key: z.string(), source_hash: z.string().check(z.minLength(1)) });

/** The name of an object that is named by its content. */
const contentNameOf = (object: unknown): string | undefined => {
  const { data } = addressedSchema.safeParse(object);
  return data?.key.includes(data.source_hash) === true ? data.key : undefined;
};

/** A zip of a function, of which every release has another one. */
const isSuperseded = ({ type, deposed, change: { before, after } }: Resource, effect: Effect): boolean => {
  if (type !== 'aws_s3_object') return false;
  const [old, next] = [before, after].map(contentNameOf);
  if (effect === 'delete') return deposed !== undefined && old !== undefined;
  return effect === 'replace' && old !== undefined && next !== undefined && old !== next;
};

/** An object that an earlier replacement left behind goes by itself: it has the address of what took its place. */
const nameOf = ({ address, deposed }: Resource): string =>
  deposed === undefined ? address : `${address} (deposed ${deposed})`;

export const contentOf = ({
  resource_changes: changes,
  variables = {},
}: Pick<Plan, 'resource_changes'> & Partial<Pick<Plan, 'variables'>>): Content => {
  const changed = changes.flatMap((resource) => {
    const effect = effectOf(resource);
    return effect === undefined ? [] : [{ resource, effect, name: nameOf(resource) }];
  });
  return {
    effects: Object.fromEntries(changed.map(({ name, effect }) => [name, effect])),
    unfinished: changed
      .filter(({ resource }) => resource['action_reason'] === 'replace_because_tainted')
      .map(({ name }) => name),
    superseded: changed.filter(({ resource, effect }) => isSuperseded(resource, effect)).map(({ name }) => name),
    inputs: Object.fromEntries(
      Object.entries(variables).map(([name, { value = null }]) => [name, hash('sha256', JSON.stringify(value), 'hex')]),
    ),
    replicasLost: Object.fromEntries(
      changed.flatMap(({ resource, effect, name }) => {
        const lost = effect === 'update' ? lostOf(resource) : [];
        return lost.length === 0 ? [] : [[name, [...lost]]];
      }),
    ),
  };
};

const NOUNS: Readonly<Record<Effect, string>> = {
  create: 'created',
  update: 'changed',
  delete: 'destroyed',
  replace: 'replaced',
  forget: 'forgotten',
};

export const countOf = ({ effects: all }: Content, effect: Effect): number =>
  Object.values(all).filter((each) => each === effect).length;

/** "2 created, 1 changed"; what only changes outputs says so. */
export const summaryOf = (content: Content): string => {
  const told = effects.flatMap((effect) => {
    const count = countOf(content, effect);
    return count === 0 ? [] : [`${count} ${NOUNS[effect]}`];
  });
  return told.length === 0 ? 'outputs only' : told.join(', ');
};

/** What must be allowed by name before it is done: each with the words in which a refusal names it. */
export interface Loss {
  readonly address: string;
  readonly effect: 'delete' | 'replace' | 'replica';
  readonly what: string;
}

export const lossesOf = ({ effects: all, unfinished, superseded, replicasLost }: Content): readonly Loss[] => [
  ...Object.entries(all).flatMap(([address, effect]): readonly Loss[] => {
    if (superseded.includes(address)) return [];
    if (effect === 'delete') return [{ address, effect, what: `${address} would be destroyed` }];
    if (effect === 'replace' && !unfinished.includes(address))
      return [{ address, effect, what: `${address} would be replaced` }];
    return [];
  }),
  ...Object.entries(replicasLost).map(
    ([address, regions]): Loss => ({
      address,
      effect: 'replica',
      what: `${address} would lose its replica in ${regions.join(', ')}`,
    }),
  ),
];

/** The address at which an object was, which an earlier replacement left behind. */
const formerOf = (name: string): string | undefined => /^(.*) \(deposed [^)]+\)$/.exec(name)?.[1];

/** What remains of something that was begun: it is made anew because it is half made, or one half of a replacement is done. */
const isRest = (address: string, now: Content, shown: Content): boolean => {
  const former = formerOf(address);
  if (former !== undefined) return now.effects[address] === 'delete' && shown.effects[former] === 'replace';
  if (shown.effects[address] === 'create') return now.unfinished.includes(address);
  return shown.effects[address] === 'replace' && now.effects[address] === 'create';
};

/**
 * What a plan does beyond another one that was shown. The rest of what was shown is not beyond it. To which values a resource is changed
 * is not compared: they follow from the sources, the inputs and what the stack reads of others, and that may be known only later.
 */
export const beyond = (now: Content, shown: Content): readonly string[] => {
  const more = Object.entries(now.effects).flatMap(([address, effect]) => {
    return effect === shown.effects[address] || isRest(address, now, shown)
      ? []
      : [`${address} would be ${NOUNS[effect]}`];
  });
  const replicas = Object.entries(now.replicasLost).flatMap(([address, regions]) => {
    const known = shown.replicasLost[address] ?? [];
    return regions
      .filter((region) => !known.includes(region))
      .map((region) => `${address} would lose its replica in ${region}`);
  });
  const inputs = Object.entries(now.inputs).flatMap(([name, digest]) =>
    (shown.inputs[name] ?? digest) === digest ? [] : [`its input ${name} has another value`],
  );
  return [...more, ...replicas, ...inputs];
};
