import type { EnvironmentPlan } from './read-plans.ts';

const MANDATORY = ['environment', 'cost-center', 'owner', 'service', 'managed-by'] as const;

const isTaggable = (values: Readonly<Record<string, unknown>>, unknown: Readonly<Record<string, unknown>>): boolean =>
  'tags' in values || 'tags' in unknown;

/** Every taggable resource that lacks a mandatory tag, or whose tag is blank or says another environment or service. */
export const wrongTags = ({ inputs, resources }: EnvironmentPlan): string[] => {
  const wanted: Readonly<Record<string, unknown>> = {
    environment: inputs['environment'],
    'cost-center': inputs['cost_center'],
    owner: inputs['owner'],
    service: inputs['service'],
    'managed-by': 'terraform',
  };
  return resources
    .filter(({ values, unknown }) => isTaggable(values, unknown))
    .flatMap(({ address, values }) => {
      const tags = (values['tags_all'] ?? values['tags'] ?? {}) as Readonly<Record<string, unknown>>;
      return MANDATORY.filter(
        (key) => typeof tags[key] !== 'string' || tags[key].trim() === '' || tags[key] !== wanted[key],
      ).map((key) => `${address}: ${key} is ${JSON.stringify(tags[key])}`);
    });
};
