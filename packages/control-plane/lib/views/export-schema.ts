import { audienceSchema } from '@flaghoist/core/audience';
import { documentSchema } from '@flaghoist/core/envelope';
import * as z from 'zod';
import { damagedFlag } from './damaged-flag.ts';
import type { Immutable } from './immutable.ts';

const exportedFile = z
  .object({
    $schema: z.string().optional(),
    flags: z.record(z.string(), documentSchema),
    $evaluators: z.record(z.string(), z.unknown()).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'ExportedFile' });

export const exportView = z
  .object({
    files: z
      .array(exportedFile)
      .describe('One, unless flags came from files whose metadata or evaluators differ: then one for each.'),
    beyond: z
      .array(
        z.object({
          flagKey: z.string(),
          killed: z.boolean(),
          audience: audienceSchema,
          prerequisites: z.array(z.string()),
          owner: z.string().nullable().describe('null: the file says it, in metadata.'),
          offVariant: z
            .string()
            .nullable()
            .describe('What a kill serves; null: who imports the file comes to it by themselves.'),
        }),
      )
      .describe('What the files do not say of some flags. Whoever imports them where the flags are keeps it.'),
    damaged: z
      .array(damagedFlag)
      .describe('Flags that are in no file, because their stored bytes are not what was sealed.'),
  })
  .meta({ id: 'Export' });

export type ExportView = Immutable<z.output<typeof exportView>>;
export type ExportedFile = Immutable<z.output<typeof exportedFile>>;
