import * as z from 'zod';
import type { Immutable } from './immutable.ts';
import { instancesView } from './instances.ts';

export const hopNames = ['proposed', 'accepted', 'published', 'queued', 'applied', 'scanned', 'judged'] as const;
const hopStates = ['done', 'waiting', 'failed', 'unknown', 'none'] as const;

export const whyView = z
  .object({
    flagKey: z.string(),
    region: z.string(),
    service: z.string(),
    order: z.object({ epoch: z.int(), revision: z.int() }),
    changeId: z.string(),
    hops: z.array(
      z.object({
        hop: z.enum(hopNames),
        state: z.enum(hopStates),
        at: z.int().nullable(),
        message: z.string(),
      }),
    ),
    missing: z.enum(hopNames).nullable().describe('The first hop that is not done.'),
    instances: instancesView
      .nullable()
      .describe('Of this service in this region. null: none says anything, or its cache cannot be read from here.'),
    deadLetters: z.int().describe('Messages of this service that were given up in this region.'),
    answer: z.string().describe('The whole in a sentence.'),
  })
  .meta({ id: 'Why' });

export type Why = Immutable<z.output<typeof whyView>>;
