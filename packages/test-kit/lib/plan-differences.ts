import { readFileSync } from 'node:fs';
import { parse, parseJson } from '@flaghoist/core/parse';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod/mini';

const attributes = z.nullable(z.record(z.string(), z.unknown()));

const planSchema = z.looseObject({
  resource_changes: z._default(
    z.array(
      z.looseObject({
        address: z.string(),
        mode: z.string(),
        change: z.looseObject({
          actions: z.array(z.string()),
          before: attributes,
          after: attributes,
          after_unknown: z.record(z.string(), z.unknown()),
        }),
      }),
    ),
    [],
  ),
  output_changes: z._default(z.record(z.string(), z.looseObject({ actions: z.array(z.string()) })), {}),
});

const defectsSchema = z.array(
  z.strictObject({
    /** The resource, without the keys of its instances. */
    resource: z.string(),
    attribute: z.string(),
    /** Why it would be replaced. */
    forced_by: z.optional(z.string()),
    reason: z.string().check(z.minLength(20)),
  }),
);

export type Defect = z.infer<typeof defectsSchema>[number];

/** Differences that an emulator alone is to blame for, each with its reason. */
export const readDefects = (file: string): readonly Defect[] =>
  parse(defectsSchema, parseYaml(readFileSync(file, 'utf8')), {
    what: file,
    hint: 'Each entry has resource, attribute and reason.',
  });

const withoutKeys = (address: string): string => address.replace(/\[[^\]]*\]/g, '');

/** Whether the emulator alone is to blame for what is said of an attribute. `#replacement` is one, too. */
export const isDefect =
  (address: string, path: string) =>
  ({ resource, attribute, forced_by: forcedBy }: Defect): boolean =>
    resource === withoutKeys(address) &&
    [attribute, ...(forcedBy === undefined ? [] : ['#replacement', forcedBy])].includes(path.split(/[.[]/)[0] ?? '');

const changedAttributes = ({
  before,
  after,
  after_unknown: unknown,
}: z.infer<typeof planSchema>['resource_changes'][number]['change']): string[] =>
  [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {}), ...Object.keys(unknown)])].filter(
    (name) => unknown[name] === true || JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  );

/**
 * What a plan would change, as `resource attribute`, or `resource (action)` where it is more than an update in place.
 * @param json what `terraform show -json` says of the plan
 */
export const plannedDifferences = (json: string): readonly string[] => {
  const { resource_changes: changes, output_changes: outputs } = parseJson(planSchema, json, {
    what: 'the plan',
    hint: 'It is what "terraform show -json" prints.',
  });
  const ofResources = changes
    .filter(({ mode, change }) => mode === 'managed' && change.actions.join() !== 'no-op')
    .flatMap(({ address, change }) =>
      change.actions.join() === 'update'
        ? changedAttributes(change).map((attribute) => `${withoutKeys(address)} ${attribute}`)
        : [`${withoutKeys(address)} (${change.actions.join(' and ')})`],
    );
  const ofOutputs = Object.entries(outputs)
    .filter(([, { actions }]) => actions.join() !== 'no-op')
    .map(([name, { actions }]) => `output ${name} (${actions.join(' and ')})`);
  return [...new Set([...ofResources, ...ofOutputs])].sort();
};
