import { isObject, type JsonObject } from '@flaghoist/core/json';
import type { StateResource } from '@flaghoist/plan-reading/plan-schema';

export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Finds resources by their tags in one region, whoever made them. */
export interface TaggedResources {
  /**
   * @param tags all of which a resource has
   * @throws what the search failed with: no answer is not an empty one
   */
  find(region: string, tags: Readonly<Record<string, string>>): Promise<readonly TaggedResource[]>;
}

export interface UnmanagedSearch {
  readonly regions: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** What was found that no state has, by ARN. */
  readonly resources: readonly TaggedResource[];
  /** Regions without an answer, and why. */
  readonly unknown: readonly { readonly region: string; readonly reason: string }[];
  /** How many say that they are of another stack, by the service that they name. Only a look at that stack tells which of them no state has. */
  readonly leftToOthers: Readonly<Record<string, number>>;
  /** Types of which the state has resources and the search found none: one more of such a type, made by hand, it would not find either. */
  readonly unseen: readonly string[];
}

export interface SearchOptions {
  readonly regions: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Of the state of this root. */
  readonly managed: readonly StateResource[];
  /** What other states of the environment have. */
  readonly elsewhere: Identifiers;
  /** What other stacks of the environment write into the tag `service`. Left out: there are none. */
  readonly otherServices?: ReadonlySet<string>;
}

/** Looks for tagged resources that no state has, region by region. A region that does not answer is unknown. */
export const searchUnmanaged = async (
  tagged: TaggedResources,
  { regions, tags, managed, elsewhere, otherServices = new Set() }: SearchOptions,
): Promise<UnmanagedSearch> => {
  const names = identifiersOf(managed);
  // Two stacks may have one service; then neither leaves to the other what says so.
  const own = new Set(managed.map(serviceOf));
  const isLeft = ({ tags: { service } }: TaggedResource): boolean =>
    service !== undefined && otherServices.has(service) && !own.has(service);
  const resources: TaggedResource[] = [];
  const unknown: { region: string; reason: string }[] = [];
  const unseen = new Set(managed.map(({ type }) => type).filter((type) => type.startsWith('aws_')));
  for (const region of regions) {
    try {
      const found = await tagged.find(region, tags);
      for (const type of unseen) {
        const own = identifiersOf(managed.filter((resource) => resource.type === type));
        if (found.some(({ arn }) => isManaged(arn, own))) unseen.delete(type);
      }
      const stray = found.filter(({ arn }) => !isManaged(arn, names) && !isManaged(arn, elsewhere));
      const expected = managed.filter((resource) => isExpectedIn(region, tags, resource));
      if (found.length === stray.length && expected.length > 0) {
        unknown.push({
          region,
          reason: `the search found none of the ${expected.length} resources of the state that it should: it looked into another account, or may not see them`,
        });
      }
      resources.push(...stray);
    } catch (error) {
      unknown.push({ region, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const byArn = new Map(resources.map((each) => [each.arn, each]));
  const strays = [...byArn.values()];
  return {
    regions,
    tags,
    unknown,
    unseen: [...unseen].sort(),
    leftToOthers: Object.fromEntries(
      [...Map.groupBy(strays.filter(isLeft), ({ tags: { service } }) => service ?? '')].map(([service, all]) => [
        service,
        all.length,
      ]),
    ),
    resources: strays.filter((each) => !isLeft(each)).sort((a, b) => (a.arn < b.arn ? -1 : 1)),
  };
};

const serviceOf = ({ values }: StateResource): string | undefined => {
  const { tags } = values;
  return isObject(tags) ? textAt(tags, 'service') : undefined;
};

/** AWS names log groups both with and without a star for their streams. */
const plainArn = (arn: string): string => arn.replace(/:\*$/, '');

export interface Identifiers {
  readonly arns: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
  /** The latest revision of each family of task definitions, by ARN without a revision. */
  readonly revisions: ReadonlyMap<string, number>;
}

/** Ids that are unique by themselves, such as `nat-0123456789abcdef0`: some types do not have their ARN as an attribute. */
const UNIQUE_ID = /^[a-z]+(?:-[a-z]+)*-[0-9a-f]{8,}$/;

const textAt = (values: JsonObject, key: string): string | undefined => {
  const value = values[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Copies in other regions that the resource itself makes: of a secret, of a table. */
const replicaArns = (values: StateResource['values']): readonly (string | undefined)[] => {
  const { replica } = values;
  if (!Array.isArray(replica)) return [];
  return replica.filter(isObject).map((copy) => {
    const region = textAt(copy, 'region') ?? textAt(copy, 'region_name');
    return textAt(copy, 'arn') ?? textAt(values, 'arn')?.replace(/^((?:[^:]*:){3})[^:]*/, `$1${region}`);
  });
};

const identifiersOf = (resources: readonly StateResource[]): Identifiers => ({
  arns: new Set(
    resources.flatMap(({ values }) =>
      [textAt(values, 'arn'), textAt(values, 'id'), ...replicaArns(values)].flatMap((text) =>
        text?.startsWith('arn:') === true ? [plainArn(text)] : [],
      ),
    ),
  ),
  revisions: new Map(
    resources
      .filter(({ type }) => type === 'aws_ecs_task_definition')
      .map(({ values }) => [
        textAt(values, 'arn_without_revision') ?? (textAt(values, 'arn') ?? '').replace(/:\d+$/, ''),
        Number(values['revision'] ?? 0),
      ]),
  ),
  ids: new Set(resources.flatMap(({ values }) => textAt(values, 'id') ?? []).filter((id) => UNIQUE_ID.test(id))),
});

/** Revisions before the one in the state stay registered, with their tags. A later one is somebody else's. */
const isFormerRevision = (arn: string, { revisions }: Identifiers): boolean => {
  const [, family = '', revision] = /^(.*:task-definition\/.+):(\d+)$/.exec(arn) ?? [];
  return Number(revision) < (revisions.get(family) ?? 0);
};

const isManaged = (arn: string, identifiers: Identifiers): boolean =>
  identifiers.arns.has(plainArn(arn)) ||
  identifiers.ids.has(arn.slice(arn.lastIndexOf('/') + 1)) ||
  isFormerRevision(arn, identifiers);

const isExpectedIn = (region: string, tags: Readonly<Record<string, string>>, { values }: StateResource): boolean => {
  const own = values['tags'];
  return (
    textAt(values, 'arn')?.split(':')[3] === region &&
    typeof own === 'object' &&
    own !== null &&
    Object.entries(tags).every(([key, value]) =>
      Object.entries(own).some(([name, each]) => name === key && each === value),
    )
  );
};

/** What states of other stacks have, as `terraform show -json` or `terraform state pull` write them; of any other document its ARNs. */
export const identifiersIn = (states: readonly unknown[]): Identifiers => {
  const known = identifiersOf(states.flatMap(managedIn));
  return { ...known, arns: new Set([...known.arns, ...states.flatMap((state) => [...arnsIn(state)])]) };
};

/** The resources that a state has, not those that it only reads. */
const managedIn = (value: unknown): readonly StateResource[] => {
  if (Array.isArray(value)) return value.flatMap(managedIn);
  if (!isObject(value)) return [];
  const { mode, type, values, instances } = value;
  if (typeof mode !== 'string' || typeof type !== 'string') return Object.values(value).flatMap(managedIn);
  if (mode !== 'managed') return [];
  const pulled = Array.isArray(instances) ? instances.filter(isObject).map(({ attributes }) => attributes) : [];
  return [values, ...pulled].filter(isObject).map((each) => ({ address: '', type, mode, values: each }));
};

/** All ARNs in a state of another stack, as `terraform show -json` or `terraform state pull` write it. */
export const arnsIn = (value: unknown): ReadonlySet<string> => {
  const found = new Set<string>();
  const look = (each: unknown, key?: string): void => {
    if (typeof each === 'string') {
      if ((key === 'arn' || key === 'id') && each.startsWith('arn:')) found.add(plainArn(each));
    } else if (typeof each === 'object' && each !== null) {
      for (const [name, below] of Object.entries(each)) look(below, name);
    }
  };
  look(value);
  return found;
};
