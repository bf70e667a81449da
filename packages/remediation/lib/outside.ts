import { isDeepStrictEqual } from 'node:util';
import { memberOf, own } from '@flaghoist/core/json';
import { stateResources } from '@flaghoist/plan-reading/plan';
import { planSchema } from '@flaghoist/plan-reading/plan-schema';
import * as z from 'zod/mini';
import { OUTSIDE_FILE } from './saved-files.ts';
import { instanceSchema, placeIn, placeOf, readAsWritten, readState, resourceSchema } from './state-file.ts';

const valuesSchema = z.record(z.string(), z.unknown());

const outsideSchema = z.object({
  /** Of the state that the plan was made on. */
  lineage: z.string(),
  instances: z.array(
    z.object({
      resource: resourceSchema,
      recorded: instanceSchema,
      /** The values that were read; null where it was gone. */
      seen: z.nullable(valuesSchema),
    }),
  ),
  outputs: z.array(
    z.object({
      name: z.string(),
      /** null where there was none. */
      recorded: z.nullable(z.unknown()),
      /** Its value by what was read. */
      seen: z.nullable(z.unknown()),
    }),
  ),
});

/** What a plan has read otherwise than the state has it. It holds what resources hold. */
export type Outside = z.output<typeof outsideSchema>;

/** @throws InvalidInputError */
export const parseOutside = (text: string): Outside =>
  readAsWritten(outsideSchema, text, {
    what: 'what was changed outside of Terraform',
    hint: `Only hoist remediate writes it. Take ${OUTSIDE_FILE}, which lies beside the plan, out of that folder, and keep it: what a cut off apply has only read may stand in the state as accepted, and is recorded again by nobody. Then run hoist drift.`,
  });

/**
 * All that a plan has read otherwise than the state has it. A plan of some resources reads also those that they need, and its apply
 * writes all of it into the state, which from then on agrees with what somebody changed there.
 *
 * @param state what `terraform state pull` prints of the state that the plan was made on
 * @param plan what `terraform show -json` says of it
 * @throws InvalidInputError
 */
export const outsideOf = (state: string, plan: string): Outside => {
  const { lineage, outputs, resources } = readState(state);
  // With the schema of every plan, but not by its reader, which knows no number beyond the digits of a double.
  const read = readAsWritten(planSchema, plan, { what: 'the saved plan' });
  const seen = new Map(
    stateResources(read, 'managed').map((each) => [placeOf(each.address, each.deposed_key), each.values]),
  );
  return {
    lineage,
    instances: resources
      .filter(({ mode }) => mode === 'managed')
      .flatMap(({ instances, ...resource }) =>
        instances.map((recorded) => ({ resource, recorded, seen: seen.get(placeIn(resource, recorded)) ?? null })),
      )
      .filter(({ recorded, seen: values }) => !isDeepStrictEqual(recorded.attributes ?? {}, values)),
    outputs: Object.entries(read.output_changes)
      // What is known after the apply only is what the apply makes.
      .filter(([, { after_unknown: unknown }]) => unknown === undefined || unknown === false)
      .map(([name, { after = null }]) => ({ name, recorded: own(outputs, name) ?? null, seen: after }))
      .filter(({ recorded, seen: value }) => !isDeepStrictEqual(outputValue(recorded), value)),
  };
};

/** null where there is no such output. */
export const outputValue = (output: unknown): unknown => memberOf(output, 'value') ?? null;
