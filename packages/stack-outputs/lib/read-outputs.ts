import { FlaghoistError, InvalidInputError } from '@flaghoist/core/errors';
import { isObject, type JsonObject, own } from '@flaghoist/core/json';
import { parse } from '@flaghoist/core/parse';
import type * as z from 'zod/mini';
import type { OutputContract } from './contract.ts';

/** Which state something was read from. */
export interface StatePlace {
  readonly stack: string;
  readonly workspace: string;
  /** Of the object in the bucket of states, below the workspace. */
  readonly key: string;
}

/** A state is not there, or its outputs are not what the contract says. */
export class StackOutputsError extends FlaghoistError {
  readonly code = 'FH_STACK_OUTPUTS';
}

const placeOf = ({ stack, workspace, key }: StatePlace): string => `stack ${stack}, workspace ${workspace}, key ${key}`;

/** @param answer what the reader of the state said */
export const stateMissing = (place: StatePlace, answer: string, cause?: unknown): StackOutputsError =>
  new StackOutputsError(`the state cannot be read: ${placeOf(place)}: ${answer.trim()}`, {
    hint: `Apply the stack ${place.stack} in the workspace ${place.workspace}, or correct bucket, region and role in infra-tf/lib/stacks/${place.stack}/environments/. The role must be able to read this key.`,
    retryable: false,
    cause,
  });

/** The outputs of one state; what is sensitive stands apart, because whoever reads a state loses Terraform's mark. */
export interface StackOutputs<Contract extends OutputContract> {
  readonly open: z.output<Contract['open']>;
  readonly sensitive: z.output<Contract['sensitive']>;
}

/**
 * Checks what stands in a state against the contract of its stack. Outputs that the contract does not have are left out.
 *
 * @param outputs values by the names of the outputs
 * @throws {StackOutputsError} with a line for each output that is missing or of another type
 */
export const readOutputs = <Contract extends OutputContract>(
  { open, sensitive }: Contract,
  place: StatePlace,
  outputs: unknown,
): StackOutputs<Contract> => {
  const given = isObject(outputs) ? outputs : {};
  const problems: string[] = [];
  const read = <Schema extends z.ZodMiniType>(schema: Schema): z.output<Schema> | undefined => {
    try {
      return parse(schema, given, { what: placeOf(place), hint: '' });
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(...error.places.map((problem) => said(place, given, problem)));
      return undefined;
    }
  };
  const known = { open: read(open), sensitive: read(sensitive) };
  if (problems.length > 0) {
    throw new StackOutputsError(problems.join('\n'), {
      hint: `Apply the stack ${place.stack} in this workspace with this version of its sources. If an output was renamed, say so in packages/stack-outputs/lib/contract.ts too.`,
      retryable: false,
    });
  }
  // Without a problem both are there.
  return known as StackOutputs<Contract>;
};

/** @param problem of a schema: `/cache/port: why` */
const said = (place: StatePlace, given: JsonObject, problem: string): string => {
  const [, path = '', why = ''] = /^\/(.*?): (.*)$/s.exec(problem) ?? [];
  const [name = '', ...below] = path.split('/');
  const missing = own(given, name) === undefined;
  return `${placeOf(place)}, output ${[name, ...below].join('.')}: ${missing ? 'it is not there' : why}`;
};
