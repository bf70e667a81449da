import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { contentSchema } from './content.ts';
import { waveNames } from './order.ts';
import { stacks } from './part.ts';

const markSchema = z.object({
  /** Null where there is no state. */
  lineage: z.nullable(z.string()),
  serial: z.nullable(z.number()),
  /** Managed resources in it. */
  resources: z.number(),
  /** Names of what others can read of it. */
  outputs: z.array(z.string()),
  /** Regions in which its tables have a replica. */
  replicas: z.array(z.string()),
});

/** Which version of a state something was made on. */
export type Mark = z.infer<typeof markSchema>;

export const sameMark = (a: Mark, b: Mark): boolean => a.lineage === b.lineage && a.serial === b.serial;

const partSchema = z.object({ stack: z.enum(stacks), region: z.string() });

const entrySchema = z.object({
  ...partSchema.shape,
  task: z.enum(['apply', 'destroy']),
  inputs: z.record(z.string(), z.array(z.string())),
  workspace: z.string(),
  /** The state that it was planned on. */
  mark: markSchema,
  /** Null for what cannot be planned before others are there (`waitsFor`); all that it does is to create. */
  plan: z.nullable(
    z.object({
      /** Relative to the folder of the record. */
      file: z.string(),
      sha256: z.string(),
      /** Whether an apply changes anything, be it an output. */
      changes: z.boolean(),
      content: contentSchema,
    }),
  ),
  waitsFor: z.array(z.string()),
  /** What it does and nobody has allowed. */
  refused: z.array(z.string()),
});

/** What was shown of one part. */
export type Entry = z.infer<typeof entrySchema>;

export const isToChange = ({ plan }: Entry): boolean => plan === null || plan.changes;

const recordSchema = z.object({
  schema: z.literal(1),
  environment: z.string(),
  /** `remove` takes a region away. */
  way: z.enum(['forward', 'back', 'remove']),
  madeAt: z.string(),
  /** Over all that the plans were made of. */
  sources: z.string(),
  home: z.string(),
  standby: z.nullable(z.string()),
  /** Where changes were accepted when it was planned. */
  accepting: z.string(),
  regions: z.array(z.string()),
  draining: z.array(z.string()),
  pilot: z.nullable(z.string()),
  /** The region that is taken away. */
  removes: z.nullable(z.string()),
  /** On the way back: parts that this checkout would take something from that a later one has added. */
  leftAlone: z.array(z.string()),
  waves: z.array(z.object({ name: z.enum(waveNames), lanes: z.array(z.array(entrySchema)) })),
});

/** What `plan` has shown, and `apply` does: this and nothing else. */
export type WavesRecord = z.infer<typeof recordSchema>;

export const RECORD_FILE = 'waves.json';

/** @throws InvalidInputError */
export const parseRecord = (text: string): WavesRecord =>
  parseJson(recordSchema, text, { what: RECORD_FILE, hint: 'Plan again: hoist waves plan writes it.' });

export const entriesOf = ({ waves }: WavesRecord): readonly Entry[] => waves.flatMap(({ lanes }) => lanes.flat());
