import type { Expression } from '@flaghoist/terraform/sources/expression';
import { argumentOf, type SourceModule } from '@flaghoist/terraform/sources/module';
import { folderOfCall } from '@flaghoist/terraform/sources/modules';
import type { Sources } from './read-sources.ts';

/** A module where it is called. */
export interface Scope {
  /** Path of the module without instances (`module.a.module.b`); empty for the root. */
  readonly path: string;
  readonly module: SourceModule;
  /** The body of the call that made it, and where that stands. */
  readonly caller: { readonly scope: Scope; readonly body: Expression } | undefined;
  /** By the name of the call; `undefined` where the sources are elsewhere. */
  readonly called: ReadonlyMap<string, Scope | undefined>;
}

const NO_MODULE: SourceModule = {
  locals: new Map(),
  outputs: new Map(),
  resources: new Map(),
  calls: new Map(),
  inputs: new Map(),
  providers: new Map(),
  files: new Map(),
};

/** The stack's own scope, with all modules that it calls below. */
export const scopeOf = ({ modules }: Sources): Scope => {
  const make = (folder: string, path: string, caller: Scope['caller']): Scope => {
    const module = modules.get(folder) ?? NO_MODULE;
    const called = new Map<string, Scope | undefined>();
    const scope: Scope = { path, module, caller, called };
    for (const [name, body] of module.calls) {
      const below = folderOfCall(module, folder, name);
      const at = `${path === '' ? '' : `${path}.`}module.${name}`;
      called.set(name, below === undefined ? undefined : make(below, at, { scope, body }));
    }
    return scope;
  };
  return make('.', '', undefined);
};

export const everyScope = (scope: Scope): readonly Scope[] => [
  scope,
  ...[...scope.called.values()].flatMap((below) => (below === undefined ? [] : everyScope(below))),
];

/** What a call gives for an input. */
export const givenFor = ({ caller }: Scope, input: string): Expression | undefined => argumentOf(caller?.body, input);
