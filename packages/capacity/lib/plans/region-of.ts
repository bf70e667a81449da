import { isObject, memberOf } from '@flaghoist/core/json';
import { withoutKeys } from '@flaghoist/plan-reading/address';
import type { Plan } from '@flaghoist/plan-reading/plan';
import { variablesOf } from '@flaghoist/plan-reading/plan';
import type { ConfiguredModule, ResourceChange } from '@flaghoist/plan-reading/plan-schema';

export const regionShape = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** What plans say of a region without saying it: where an endpoint leads, in which zone a subnet lies. */
const signs: readonly { readonly attribute: string; readonly pattern: RegExp }[] = [
  { attribute: 'service_name', pattern: /^com\.amazonaws\.([a-z0-9-]+)\./ },
  { attribute: 'availability_zone', pattern: /^([a-z]{2}(?:-[a-z]+)+-\d)[a-z]$/ },
  { attribute: 'kms_key_arn', pattern: /^arn:[^:]+:kms:([a-z0-9-]+):/ },
  { attribute: 'kms_key_id', pattern: /^arn:[^:]+:kms:([a-z0-9-]+):/ },
  { attribute: 'kms_master_key_id', pattern: /^arn:[^:]+:kms:([a-z0-9-]+):/ },
];

/** Replicas are elsewhere by their nature. */
const ELSEWHERE = 'replica';

const signsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(signsIn);
  if (!isObject(value)) return [];
  const own = signs.flatMap(({ attribute, pattern }) => {
    const text = memberOf(value, attribute);
    const region = typeof text === 'string' ? pattern.exec(text)?.[1] : undefined;
    return region === undefined ? [] : [region];
  });
  const below = Object.entries(value).flatMap(([name, each]) => (name === ELSEWHERE ? [] : signsIn(each)));
  return [...own, ...below];
};

/** The key of the provider of each configured resource, by its address without instances. */
const providersOf = (module: ConfiguredModule, prefix = ''): readonly (readonly [string, string])[] => [
  ...(module.resources ?? []).map(
    (resource) => [`${prefix}${resource.address}`, String(memberOf(resource, 'provider_config_key') ?? '')] as const,
  ),
  ...Object.entries(module.module_calls ?? {}).flatMap(([name, call]) =>
    providersOf(call.module, `${prefix}module.${name}.`),
  ),
];

/** The provider whose region a caller may say: the one without an alias. */
const DEFAULT_PROVIDER = 'aws';

/** The region that a plan says of itself, in the block of its default provider. */
export const ownRegion = (plan: Plan): string | undefined => namedBy(plan, DEFAULT_PROVIDER);

/** The region that a provider block names: a constant, or an input and the members on the way into it. */
const namedBy = (plan: Plan, provider: string): string | undefined => {
  const region = memberOf(
    memberOf(memberOf(memberOf(plan.configuration, 'provider_config'), provider), 'expressions'),
    'region',
  );
  const constant = memberOf(region, 'constant_value');
  if (typeof constant === 'string') return constant;
  const references = memberOf(region, 'references');
  const [reference] = Array.isArray(references) ? references : [];
  const [kind, ...path] = typeof reference === 'string' ? reference.split('.') : [];
  if (kind !== 'var') return undefined;
  const value = path.reduce<unknown>(
    (object, name) => (isObject(object) ? memberOf(object, name) : undefined),
    variablesOf(plan),
  );
  return typeof value === 'string' ? value : undefined;
};

/**
 * Says of each resource of a plan in which region it will be: what the reader has said, or what its provider's block says, or
 * what the resources of that provider show, where all show the same.
 *
 * @param said the region of all resources of a default provider, from whoever reads the plan
 */
export const regionsOf = (plan: Plan, said: string | undefined): ((change: ResourceChange) => string | undefined) => {
  const providers = new Map(providersOf(plan.configuration?.root_module ?? {}));
  const providerOf = ({ address }: ResourceChange): string => providers.get(withoutKeys(address)) ?? DEFAULT_PROVIDER;
  const shown = new Map<string, Set<string>>();
  for (const change of plan.resource_changes) {
    const provider = providerOf(change);
    const found = shown.get(provider) ?? new Set();
    for (const region of signsIn(change.change.after)) found.add(region);
    shown.set(provider, found);
  }
  const known = new Map<string, string | undefined>();
  const ofProvider = (provider: string): string | undefined => {
    if (!known.has(provider)) {
      const all = [...(shown.get(provider) ?? [])];
      const candidates = [
        provider === DEFAULT_PROVIDER ? said : undefined,
        namedBy(plan, provider),
        all.length === 1 ? all[0] : undefined,
      ];
      known.set(
        provider,
        candidates.find((region) => region !== undefined && regionShape.test(region)),
      );
    }
    return known.get(provider);
  };
  return (change) => {
    const own = memberOf(change.change.after, 'region');
    return typeof own === 'string' && regionShape.test(own) ? own : ofProvider(providerOf(change));
  };
};
