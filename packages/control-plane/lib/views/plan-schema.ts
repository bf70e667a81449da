import { audienceSchema } from '@flaghoist/core/audience';
import { flagStates, proposableKinds } from '@flaghoist/core/change';
import { documentSchema } from '@flaghoist/core/envelope';
import { violationSchema } from '@flaghoist/core/proposal';
import * as z from 'zod';
import type { Immutable } from './immutable.ts';
import { orderView } from './schemas.ts';

const settings = z
  .object({
    document: z.nullable(documentSchema),
    audience: audienceSchema,
    owner: z.string(),
    offVariant: z.string().nullable(),
    prerequisites: z.array(z.string()),
    state: z.enum(flagStates),
  })
  .meta({ id: 'FlagSettings' });

export const planView = z
  .object({
    flagKey: z.string(),
    kind: z.enum(proposableKinds),
    digest: z.string().describe('What an approval of it names.'),
    basedOn: orderView.nullable(),
    order: orderView.describe('What it would be accepted as.'),
    isTimely: z.boolean().describe('Whether it was made against what is there now; else it would end as a conflict.'),
    accepted: z.boolean().describe('Whether the rules let it pass.'),
    violations: z.array(violationSchema),
    rulesVersion: z.int(),
    before: settings.nullable(),
    after: settings,
    gain: z.array(z.string()).describe('The services that get the flag.'),
    lose: z.array(z.string()).describe('The services that lose it.'),
    regions: z.array(z.string()),
    caches: z.int().describe('How many caches must be seen holding it.'),
    degraded: z.array(
      z.object({ region: z.string(), redis: z.string(), since: z.int(), services: z.array(z.string()) }),
    ),
    rollbackTo: orderView.nullable().describe('What a rollback would bring back; null: the flag would be gone.'),
  })
  .meta({ id: 'Plan' });

export type PlanView = Immutable<z.output<typeof planView>>;
