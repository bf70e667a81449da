import { callFunction } from '@flaghoist/adapters/call-function';
import { connectLambda } from '@flaghoist/adapters/connect/lambda';
import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { arnOf, type World } from './arn-of.ts';

const texts = z.array(z.string());
const answerSchema = z.object({
  outcome: z.enum(['as-wanted', 'dry-run', 'refused', 'applied']),
  differences: z.array(
    z.object({ setting: z.string(), state: z.enum(['missing', 'different']), gives: texts, takes: texts }),
  ),
  strangers: texts,
});

/** Calls the function that sets up the trail of a region. @throws InvalidInputError, UnavailableError */
export const bootstrapAudit = async (
  world: World,
  region: string,
  input: { readonly dryRun: boolean; readonly widen: boolean },
): Promise<z.output<typeof answerSchema>> => {
  const bootstrap = arnOf(world, 'functions', 'audit-writer.bootstrap', { region });
  return parse(answerSchema, await callFunction(connectLambda({ region }), bootstrap, input), {
    what: 'answer of a function',
    hint: 'Operate a world from a checkout of the release that runs in it.',
  });
};
