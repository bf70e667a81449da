import { find, isAllowed } from './attribute-divergences.ts';
import {
  type ConfiguredModule,
  type ConfiguredResource,
  type Divergence,
  groupOf,
  type PlanJson,
  type ResourceChange,
} from './plan-json.ts';

const firstOfEachType = <T extends { type: string }>(all: readonly T[]): readonly T[] => [
  ...new Map(all.toReversed().map((each) => [each.type, each])).values(),
];

const ofResources = (
  plan: PlanJson,
  plantIn: (
    resource: ResourceChange,
  ) => { path: string; plant(target: PlanJson, resource: ResourceChange): void } | undefined,
): readonly Divergence[] =>
  firstOfEachType(plan.resource_changes).flatMap((resource) => {
    const planted = plantIn(resource);
    if (planted === undefined) return [];
    const group = groupOf(resource.address);
    return [
      {
        subject: resource.type,
        path: `${group}${planted.path}`,
        plant: (target: PlanJson) => planted.plant(target, find(target, resource.address)),
      },
    ];
  });

interface Configured {
  readonly prefix: string;
  readonly resource: ConfiguredResource;
}

const repeated = ({
  count_expression: count,
  for_each_expression: each,
}: {
  count_expression?: unknown;
  for_each_expression?: unknown;
}): string => (count === undefined && each === undefined ? '' : '[*]');

const configured = (module: ConfiguredModule, prefix = ''): readonly Configured[] => [
  ...(module.resources ?? []).map((resource) => ({ prefix, resource })),
  ...Object.entries(module.module_calls ?? {}).flatMap(([name, call]) =>
    configured(call.module, `${prefix}module.${name}${repeated(call)}.`),
  ),
];

const ofConfiguration = (
  plan: PlanJson,
  path: string,
  change: (resource: ConfiguredResource) => boolean,
): readonly Divergence[] => {
  const all = configured(plan.configuration.root_module);
  return firstOfEachType(all.map(({ prefix, resource }) => ({ type: resource.type, prefix, resource }))).flatMap(
    ({ type, prefix, resource }) => {
      if (!change(structuredClone(resource))) return [];
      const address = `${prefix}${resource.address}`;
      return [
        {
          subject: type,
          path: `${address}${repeated(resource)}.#configuration.${path}`,
          plant: (target: PlanJson) => {
            const same = configured(target.configuration.root_module).find(
              (each) => each.prefix + each.resource.address === address,
            );
            if (same !== undefined) change(same.resource);
          },
        },
      ];
    },
  );
};

/** Divergences that are no change of a known attribute, by their class. */
export const planDivergences: Readonly<Record<string, (plan: PlanJson) => readonly Divergence[]>> = {
  'a missing resource': (plan) =>
    ofResources(plan, () => ({
      path: '.#count',
      plant: (target, { address }) => {
        const group = groupOf(address);
        target.resource_changes = target.resource_changes.filter((each) => groupOf(each.address) !== group);
      },
    })),
  'a missing instance': (plan) =>
    ofResources(plan, ({ address }) =>
      isAllowed(`${groupOf(address)}.#count`)
        ? undefined
        : {
            path: '.#count',
            plant: (target) => {
              target.resource_changes = target.resource_changes.filter((each) => each.address !== address);
            },
          },
    ),
  'an added instance': (plan) =>
    // Where the number may grow, one more that is like its siblings is no divergence.
    ofResources(plan, ({ address: planned }) =>
      isAllowed(`${groupOf(planned)}.#count`)
        ? undefined
        : {
            path: '',
            plant: (target, resource) => {
              const address = `${groupOf(resource.address).replace(/\[\*\]$/, '')}["planted"]`;
              target.resource_changes.push({ ...structuredClone(resource), address });
            },
          },
    ),
  'a key swapped for another': (plan) =>
    ofResources(
      { ...plan, resource_changes: plan.resource_changes.filter(({ index }) => typeof index === 'string') },
      () => ({
        path: '.#key',
        plant: (_target, resource) => {
          const swapped = JSON.stringify(resource).replace(new RegExp(`\\b${resource.index}\\b`, 'g'), 'planted');
          Object.assign(resource, JSON.parse(swapped));
        },
      }),
    ),
  'an unknown value that is known': (plan) =>
    ofResources(plan, ({ change }) => {
      const name = Object.keys(change.after_unknown).find((each) => change.after_unknown[each] === true);
      if (name === undefined) return undefined;
      return {
        path: `.${name}`,
        plant: (_target, { change: planted }) => {
          delete planted.after_unknown[name];
          planted.after = { ...planted.after, [name]: 'known' };
        },
      };
    }),
  'a known value that is unknown': (plan) =>
    ofResources(plan, ({ change }) => {
      const name = Object.keys(change.after ?? {}).find((each) => typeof change.after?.[each] === 'string');
      if (name === undefined) return undefined;
      return {
        path: `.${name}`,
        plant: (_target, { change: planted }) => {
          delete planted.after?.[name];
          planted.after_unknown[name] = true;
        },
      };
    }),
  'a sensitive mark': (plan) =>
    ofResources(plan, ({ change }) => {
      const name = Object.keys(change.after ?? {}).find((each) => typeof change.after?.[each] === 'string');
      if (name === undefined) return undefined;
      return {
        path: `.${name}`,
        plant: (_target, { change: planted }) => {
          planted.after_sensitive = { ...planted.after_sensitive, [name]: true };
        },
      };
    }),
  'a missing tag': (plan) =>
    ofResources(plan, ({ change }) => {
      if (typeof change.after?.['tags'] !== 'object' || change.after['tags'] === null) return undefined;
      return {
        path: '.tags.owner',
        plant: (_target, { change: planted }) => {
          const { owner: _removed, ...tags } = (planted.after?.['tags'] ?? {}) as Record<string, unknown>;
          planted.after = { ...planted.after, tags };
        },
      };
    }),
  'a list with one more': (plan) =>
    ofResources(plan, ({ change }) => {
      const name = Object.keys(change.after ?? {}).find(
        (each) => Array.isArray(change.after?.[each]) && each !== 'statement',
      );
      if (name === undefined) return undefined;
      return {
        path: `.${name}.#count`,
        plant: (_target, { change: planted }) => {
          planted.after = { ...planted.after, [name]: [...((planted.after?.[name] ?? []) as unknown[]), 'planted'] };
        },
      };
    }),
  'a provider alias': (plan) =>
    ofConfiguration(plan, 'provider_config_key', (resource) => {
      resource.provider_config_key = `${resource.provider_config_key}.planted`;
      return true;
    }),
  'an expression': (plan) =>
    ofConfiguration(plan, 'expressions', (resource) => {
      const [name] = Object.keys(resource.expressions ?? {});
      if (name === undefined || resource.expressions === undefined) return false;
      resource.expressions[name] = { references: ['var.planted'] };
      return true;
    }),
  'a dependency': (plan) =>
    ofConfiguration(plan, 'depends_on', (resource) => {
      resource.depends_on = [...(resource.depends_on ?? []), 'planted.dependency'];
      return true;
    }),
  'an output': (plan) =>
    Object.keys(plan.output_changes).map((name) => ({
      subject: `output ${name}`,
      path: `output.${name}`,
      plant: (target) => {
        Object.assign(target.output_changes[name] ?? {}, { after: 'planted', after_unknown: false });
      },
    })),
  'a sensitive output': (plan) =>
    Object.keys(plan.output_changes).map((name) => ({
      subject: `output ${name}`,
      path: `output.${name}`,
      plant: (target) => {
        Object.assign(target.output_changes[name] ?? {}, { after_sensitive: true });
        Object.assign(target.planned_values.outputs[name] ?? {}, { sensitive: true });
      },
    })),
  'an input': (plan) =>
    Object.keys(plan.variables)
      .filter((name) => typeof plan.variables[name]?.value === 'string')
      .map((name) => ({
        subject: `var.${name}`,
        path: `var.${name}`,
        plant: (target) => {
          target.variables[name] = { value: `${String(target.variables[name]?.value)}-planted` };
        },
      })),
  "a module's source": (plan) =>
    Object.keys(plan.configuration.root_module.module_calls ?? {}).map((name) => ({
      subject: `module.${name}`,
      path: `module.${name}`,
      plant: (target) => {
        Object.assign(target.configuration.root_module.module_calls?.[name] ?? {}, { source: './planted' });
      },
    })),
  "a provider's block": (plan) =>
    Object.keys(plan.configuration.provider_config).flatMap((key) => [
      {
        subject: `provider ${key}`,
        path: `provider.${key}.version_constraint`,
        plant: (target) => {
          Object.assign(target.configuration.provider_config[key] ?? {}, { version_constraint: '~> 4.0' });
        },
      },
      {
        subject: `provider ${key}`,
        path: `provider.${key}.expressions.region`,
        plant: (target) => {
          const provider = target.configuration.provider_config[key];
          if (provider !== undefined)
            provider.expressions = { ...provider.expressions, region: { constant_value: 'planted' } };
        },
      },
    ]),
  'a check that fails': (plan) =>
    plan.checks.map(({ address: { to_display: address } }) => ({
      subject: address,
      path: `check.${groupOf(address)}`,
      plant: (target) => {
        const check = target.checks.find((each) => each.address.to_display === address);
        for (const each of check?.instances ?? []) each.status = 'fail';
        if (check !== undefined) check.status = 'fail';
      },
    })),
  'the version of Terraform': () => [
    {
      subject: 'terraform',
      path: 'plan.terraform_version',
      plant: (target) => {
        target.terraform_version = '1.9.9';
      },
    },
  ],
};
