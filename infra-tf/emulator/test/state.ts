import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import type { Deployment } from './deployment.ts';

const stateSchema = z.looseObject({
  outputs: z.record(z.string(), z.looseObject({ value: z.unknown() })),
  resources: z.array(
    z.looseObject({
      mode: z.string(),
      type: z.string(),
      instances: z.array(z.looseObject({ attributes: z.nullish(z.record(z.string(), z.unknown())) })),
    }),
  ),
});

export interface DeployedState {
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The attributes of each managed instance, with its type. */
  readonly resources: readonly { readonly type: string; readonly attributes: Readonly<Record<string, unknown>> }[];
}

/** What the state in the bucket holds now. */
export const stateOf = async (deployment: Deployment): Promise<DeployedState> => {
  const { outputs, resources } = parseJson(stateSchema, await deployment.expect('state pull'), {
    what: `the state of ${deployment.name}`,
    hint: 'It is what "terraform state pull" prints.',
  });
  return {
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
    resources: resources
      .filter(({ mode }) => mode === 'managed')
      .flatMap(({ type, instances }) => instances.map(({ attributes }) => ({ type, attributes: attributes ?? {} }))),
  };
};
