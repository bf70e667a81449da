import { isObject, memberOf } from '@flaghoist/core/json';
import { parseAddress } from '@flaghoist/plan-reading/address';
import { isMarked, type Normalise, normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import { type CompletePlan, sensitiveInputs } from '@flaghoist/plan-reading/plan';
import type { ConfiguredModule, ConfiguredResource, ModuleCall } from '@flaghoist/plan-reading/plan-schema';
import { mapOf, scalar, type Tree } from '@flaghoist/plan-reading/tree';
import { isProbe } from './probes.ts';

type Settings = readonly (readonly [string, Tree])[];

interface Place {
  /** Address of the module without instances, with a dot at the end; empty for the root. */
  readonly prefix: string;
  readonly normalise: Normalise;
  /** Arguments of each resource that the provider or a variable marks sensitive, by the resource's path. */
  readonly sensitiveArguments: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A literal in a configuration carries no mark of its own; arguments of such names are hidden even if nothing marks them. */
const SECRET_NAME = /password|secret|token|private_key|access_key|credential/i;

/**
 * The configuration as the plan has it: providers with their expressions, module calls with source, version, arguments and
 * providers, resources with provider, expressions, `depends_on` and all other members, declarations of inputs and outputs.
 * Only the configuration describes a value that is unknown until apply: by the expression that will make it.
 */
export const configurationSettings = ({
  plan,
  normalise,
}: {
  readonly plan: CompletePlan;
  readonly normalise: Normalise;
}): Settings => {
  const { root_module: root, provider_config: providers = {}, ...rest } = plan.configuration;
  const place = { prefix: '', normalise, sensitiveArguments: sensitiveArgumentsOf(plan) };
  return [
    ...Object.entries(providers).map(
      ([key, { expressions, ...about }]) =>
        [
          `provider.${key}`,
          mapOf([...treesOf(about, normalise), ['expressions', expressionsTree(expressions, new Set(), normalise)]]),
        ] as const,
    ),
    ...treesOf(rest, normalise, 'configuration.'),
    ...moduleSettings(root, place),
  ];
};

/** Members without marks, each as a setting. */
const treesOf = (members: object, normalise: Normalise, prefix = ''): Settings =>
  Object.entries(members).map(([key, value]) => [`${prefix}${key}`, normaliseValue(value, {}, normalise)]);

const moduleSettings = (module: ConfiguredModule, place: Place): Settings => {
  const { resources = [], module_calls: calls = {}, variables = {}, outputs = {}, ...rest } = module;
  const { prefix, normalise } = place;
  return [
    ...resources.filter(({ address }) => !isProbe(address)).map((resource) => resourceSetting(resource, place)),
    ...Object.entries(calls).flatMap(([name, call]) => callSettings(name, call, place)),
    ...Object.entries(variables).map(([name, declaration]) => declared(`${prefix}var.${name}`, declaration, normalise)),
    ...Object.entries(outputs).map(([name, declaration]) =>
      declared(`${prefix}output.${name}`, declaration, normalise),
    ),
    ...treesOf(rest, normalise, `${prefix}#`),
  ];
};

const declared = (path: string, declaration: unknown, normalise: Normalise): readonly [string, Tree] => {
  const hidden = memberOf(declaration, 'sensitive') === true;
  const sensitive = {
    default: hidden && memberOf(declaration, 'default') !== undefined,
    expression: literalMarks(memberOf(declaration, 'expression'), hidden),
  };
  // A description is prose: an environment's words in it are examples.
  const { description, ...rest } = isObject(declaration) ? declaration : {};
  const tree = normaliseValue(rest, { sensitive }, normalise);
  const prose = description === undefined ? [] : [['description', scalar(String(description))] as const];
  return [`${path}.#declaration`, mapOf([...(tree.kind === 'map' ? tree.entries : []), ...prose])];
};

const repeated = ({ count_expression: count, for_each_expression: each }: ConfiguredResource | ModuleCall): string =>
  count === undefined && each === undefined ? '' : '[*]';

const resourceSetting = (resource: ConfiguredResource, place: Place): readonly [string, Tree] => {
  const { address, mode: _mode, type: _type, name: _name, expressions, ...about } = resource;
  const path = `${place.prefix}${address}${repeated(resource)}`;
  const hidden = place.sensitiveArguments.get(path) ?? new Set();
  return [
    `${path}.#configuration`,
    mapOf([...treesOf(about, place.normalise), ['expressions', expressionsTree(expressions, hidden, place.normalise)]]),
  ];
};

const callSettings = (name: string, call: ModuleCall, place: Place): Settings => {
  const { module, expressions, ...about } = call;
  const path = `${place.prefix}module.${name}${repeated(call)}`;
  return [
    [
      `${path}.#call`,
      mapOf([
        ...treesOf(about, place.normalise),
        ['expressions', expressionsTree(expressions, sensitiveInputs(module), place.normalise)],
      ]),
    ],
    ...moduleSettings(module, { ...place, prefix: `${path}.` }),
  ];
};

const expressionsTree = (expressions: unknown, hidden: ReadonlySet<string>, normalise: Normalise): Tree =>
  mapOf(
    Object.entries(isObject(expressions) ? expressions : {}).map(([name, expression]) => [
      name,
      normaliseValue(
        expression,
        { sensitive: literalMarks(expression, hidden.has(name) || SECRET_NAME.test(name)) },
        normalise,
      ),
    ]),
  );

/** Marks for the literals of an expression; what it refers to is no secret. */
const literalMarks = (expression: unknown, hidden: boolean): unknown => {
  const marked = (value: unknown, inherited: boolean): unknown => {
    if (Array.isArray(value)) return value.map((each) => marked(each, inherited));
    if (!isObject(value)) return false;
    return Object.fromEntries(
      Object.entries(value).map(([key, below]) => [
        key,
        key === 'constant_value' ? inherited : marked(below, inherited || SECRET_NAME.test(key)),
      ]),
    );
  };
  return marked(expression, hidden);
};

const sensitiveArgumentsOf = ({
  resource_changes: changes = [],
}: CompletePlan): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  for (const { address, change } of changes) {
    const { group } = parseAddress(address);
    const names = found.get(group) ?? new Set<string>();
    const marks = change.after_sensitive;
    if (isObject(marks)) for (const name of Object.keys(marks)) if (isMarked(marks[name])) names.add(name);
    found.set(group, names);
  }
  return found;
};
