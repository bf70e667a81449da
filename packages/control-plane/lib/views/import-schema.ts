import { proposableKinds } from '@flaghoist/core/change';
import { violationSchema } from '@flaghoist/core/proposal';
import * as z from 'zod';
import type { Immutable } from './immutable.ts';
import { orderView } from './schemas.ts';

/** What becomes of one flag of a file. */
const importStates = [
  'unchanged',
  'refused',
  'planned',
  'proposed',
  'accepted',
  'rejected',
  'conflict',
  'expired',
  'withdrawn',
] as const;

const importedFlag = z
  .object({
    flagKey: z.string(),
    at: z.string().describe('JSON Pointer into the file.'),
    state: z
      .enum(importStates)
      .describe(
        'unchanged: the flag is as the file says. refused: the rules stop it; nothing of the file is proposed then, unless some of it is already. conflict: somebody has changed the flag, also after it was accepted under this id. planned: not proposed yet. proposed: home has not judged it yet.',
      ),
    kind: z.enum(proposableKinds).nullable().describe('What would be, or was, proposed; null: nothing.'),
    changeId: z.string().nullable(),
    digest: z.string().nullable().describe('What an approval of it names; null where nothing is proposed.'),
    basedOn: orderView
      .nullable()
      .describe(
        'What it is made against, or of a conflict after it was accepted what it was accepted as; null too for what was accepted.',
      ),
    order: orderView.nullable().describe('What it was accepted as; of a conflict, what is there instead.'),
    violations: z.array(violationSchema).describe('By pointers into the file.'),
  })
  .meta({ id: 'ImportedFlag' });

export const importView = z
  .object({
    id: z.string(),
    author: z.string().describe('The principal under whose key the proposals lie.'),
    dryRun: z.boolean(),
    refused: z.boolean().describe('Whether something stands in the way: this request has proposed nothing.'),
    done: z.boolean().describe('Whether every flag has ended. The same request again goes on with what has not.'),
    flags: z.array(importedFlag),
    problems: z.array(violationSchema).describe('What is wrong with the file itself, by pointers into it.'),
    at: z.int(),
  })
  .meta({ id: 'Import' });

export type ImportView = Immutable<z.output<typeof importView>>;
export type ImportedFlag = Immutable<z.output<typeof importedFlag>>;
