import { memberOf } from '@flaghoist/core/json';
import type { CompletePlan } from '@flaghoist/plan-reading/plan';
import type { ConfiguredModule, ConfiguredResource, ModuleCall } from '@flaghoist/plan-reading/plan-schema';
import { referencesIn } from './references.ts';

/**
 * What the locals of each module refer to: by the module's path without instances (`module.a.module.b`, empty for the root),
 * then by the local's name. Plans do not have them.
 */
export type Locals = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

export interface Scope {
  /** Path of the module without instances; empty for the root. */
  readonly path: string;
  readonly module: ConfiguredModule;
  /** The call that made it, and where that stands. */
  readonly caller: { readonly scope: Scope; readonly call: ModuleCall } | undefined;
}

/** All modules of a plan, the root first. */
export const scopesOf = ({ configuration }: CompletePlan): readonly Scope[] => {
  const below = (scope: Scope): readonly Scope[] => [
    scope,
    ...Object.entries(scope.module.module_calls ?? {}).flatMap(([name, call]) =>
      below({
        path: `${scope.path === '' ? '' : `${scope.path}.`}module.${name}`,
        module: call.module,
        caller: { scope, call },
      }),
    ),
  ];
  return below({ path: '', module: configuration.root_module, caller: undefined });
};

/**
 * Finds the inputs of the whole plan that a reference leads to, through locals, module calls and their outputs:
 * `task.cpu` for `var.cpu` in a module that is called with `cpu = var.task.cpu`. Attributes of resources end the way: they
 * are compared where they stand.
 */
export const createOrigins = (scopes: readonly Scope[], locals: Locals) => {
  const byPath = new Map(scopes.map((scope) => [scope.path, scope]));
  const known = new Map<string, ReadonlySet<string>>();

  const originsOf = (scope: Scope, reference: string, resource?: ConfiguredResource): ReadonlySet<string> => {
    const id = `${scope.path}|${reference}`;
    const found = known.get(id);
    if (found !== undefined && !reference.startsWith('each.')) return found;
    // Stands for itself while it is being followed: configurations have no cycles, but texts may look like one.
    known.set(id, new Set());
    const origins = follow(scope, reference, resource);
    known.set(id, origins);
    return origins;
  };

  const all = (scope: Scope, references: readonly string[], resource?: ConfiguredResource): ReadonlySet<string> =>
    new Set(references.flatMap((reference) => [...originsOf(scope, reference, resource)]));

  const follow = (scope: Scope, reference: string, resource?: ConfiguredResource): ReadonlySet<string> => {
    const [kind = '', name = '', ...rest] = reference.split(/[.[]/);
    if (kind === 'var') {
      if (scope.caller === undefined) return new Set([[name, ...rest].join('.')]);
      return all(scope.caller.scope, referencesIn(memberOf(scope.caller.call.expressions, name)));
    }
    if (kind === 'local') return all(scope, locals.get(scope.path)?.get(name) ?? []);
    if (kind === 'each' && name === 'value') return all(scope, referencesIn(resource?.for_each_expression));
    if (kind === 'module') {
      const called = byPath.get(`${scope.path === '' ? '' : `${scope.path}.`}module.${name}`);
      const output = rest.find((part) => memberOf(called?.module.outputs, part) !== undefined);
      if (called === undefined || output === undefined) return new Set();
      return all(called, referencesIn(memberOf(called.module.outputs, output)));
    }
    return new Set();
  };

  return all;
};
