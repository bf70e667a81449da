import { isObject, memberOf } from '@flaghoist/core/json';
import { argumentOf } from '@flaghoist/terraform/sources/module';
import { everyScope, type Scope } from './scopes.ts';

/** Something that no plan and no source says, so that nobody can compare it. */
export interface NotCompared {
  readonly path: string;
  readonly why: string;
}

const named = (files: Scope['module']['files'], kind: string): readonly string[] =>
  [...files.values()].flatMap((file) => {
    const blocks = memberOf(file, kind);
    return (Array.isArray(blocks) ? blocks : [blocks]).flatMap((block) =>
      isObject(block)
        ? Object.entries(block).flatMap(([type, below]) =>
            isObject(below) ? Object.keys(below).map((name) => `${kind}.${type}.${name}`) : [`${kind}.${type}`],
          )
        : [],
    );
  });

/** What is left out, each with its reason. @param withoutBackend environments whose backend's file is not there */
export const findNotCompared = (root: Scope, withoutBackend: readonly string[]): readonly NotCompared[] => [
  {
    path: 'var.*',
    why: 'what a pipeline gives by -var or TF_VAR_… is in no file: only the files of the sources are read',
  },
  ...withoutBackend.map((name) => ({ path: `backend of ${name}`, why: 'it has no file environments/*.tfbackend' })),
  ...everyScope(root).flatMap((scope) => {
    const at = (name: string): string => `${scope.path === '' ? '' : `${scope.path}.`}${name}`;
    const inputs = [...scope.module.inputs].filter(([, body]) => argumentOf(body, 'ephemeral')?.text === 'true');
    return [
      ...inputs.map(([name]) => ({ path: at(`var.${name}`), why: 'its value is ephemeral, and in no plan' })),
      ...named(scope.module.files, 'ephemeral').map((name) => ({ path: at(name), why: 'its values are in no plan' })),
      ...named(scope.module.files, 'check').map((name) => ({
        path: at(`${name}.condition`),
        why: 'only its outcome is compared, not what the condition is made of',
      })),
      ...[...scope.called].flatMap(([name, called]) =>
        called === undefined
          ? [
              {
                path: at(`module.${name}`),
                why: 'its sources are elsewhere, so what its unknown values are made of is not read',
              },
            ]
          : [],
      ),
    ];
  }),
];
