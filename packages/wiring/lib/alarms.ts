import { InvalidInputError } from '@flaghoist/core/errors';
import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import shipped from './alarms.json' with { type: 'json' };
import type { Wiring } from './shape.ts';

const WHAT = 'alarms.json';
const HINT =
  'Correct the named places of packages/wiring/lib/alarms.json; the README.md beside it says what each entry means.';

/** For a person who was woken: a whole sentence. */
const sentence = (what: string) =>
  z
    .string({ error: `is missing; say ${what}` })
    .check(z.regex(/^.{20,}[.?)]$/, { error: `is not a sentence; say ${what}, and end it with a full stop` }));

const number = z.number().check(z.gte(0));

const watchSchema = z.strictObject({
  // Below a minute a metric has to be of high resolution, and its alarm costs three times as much.
  periodSeconds: z
    .int()
    .check(
      z.gte(60, { error: 'is below a minute, for which an alarm costs three times as much' }),
      z.lte(3600, { error: 'is above an hour' }),
      z.multipleOf(60, { error: 'is not whole minutes' }),
    ),
  periods: z.int().check(z.gte(1), z.lte(24)),
  breaching: z.int().check(z.gte(1), z.lte(24)),
  above: z.optional(number),
  /** `services`: as many as the region has. */
  below: z.optional(z.union([number, z.literal('services')])),
  unit: z.optional(z.string()),
  missing: z.enum(['breaching', 'notBreaching', 'ignore']),
});

const alarmSchema = z.strictObject({
  scope: z.enum(['home', 'region']),
  /** `now` wakes somebody; `soon` may wait for the morning. */
  urgency: z.enum(['now', 'soon']),
  means: sentence('what has happened'),
  do: z.array(sentence('what to do, one step each')).check(z.minLength(1, { error: 'is empty; say what to do' })),
  never: sentence('what not to do'),
  watch: watchSchema.check(
    z.refine(({ periods, breaching }) => breaching <= periods, { error: 'wants more periods than it looks at' }),
    z.refine(({ above, below }) => above === undefined || below === undefined, {
      error: 'has two thresholds; an alarm has one',
    }),
  ),
  reasons: z.strictObject({ missing: sentence('why a missing value is taken for what it is taken for') }),
});

const alarmsSchema = z.record(
  z.string().check(z.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'is not a name in kebab-case')),
  alarmSchema,
);

/** What goes off when, and what a person does then. */
export type Alarms = z.output<typeof alarmsSchema>;

interface PlannedAlarm {
  readonly scope: string;
  /** Then its threshold is the plan's. */
  readonly isLimit: boolean;
}

/** What the plan says of the alarms that it names. */
const plannedAlarms = ({ metrics }: Wiring): ReadonlyMap<string, PlannedAlarm> =>
  new Map<string, PlannedAlarm>([
    ...Object.values(metrics.limits).map(({ alarm, scope }) => [alarm, { scope, isLimit: true }] as const),
    ...Object.values(metrics.counts).map(({ alarm, scope }) => [alarm, { scope, isLimit: false }] as const),
  ]);

const problemsOf = (alarms: Alarms, wiring: Wiring): string[] => {
  const planned = plannedAlarms(wiring);
  return [
    ...[...planned.keys()]
      .filter((name) => !(name in alarms))
      .map(
        (name) =>
          `/${name}: is missing; wiring.json measures something for it, so say here what to do when it goes off`,
      ),
    ...Object.entries(alarms).flatMap(([name, { scope, watch }]) => {
      const plan = planned.get(name);
      const own = watch.above ?? watch.below;
      const isLimit = plan?.isLimit ?? false;
      return [
        ...(isLimit && own !== undefined
          ? [`/${name}/watch: has a threshold of its own; that of wiring.json counts`]
          : []),
        ...(!isLimit && own === undefined ? [`/${name}/watch: has no threshold; write above or below`] : []),
        ...(plan !== undefined && plan.scope !== scope
          ? [`/${name}/scope: is ${scope}; wiring.json has it for ${plan.scope}`]
          : []),
      ];
    }),
  ];
};

/**
 * Reads the alarms, and holds them against the plan.
 *
 * @throws InvalidInputError naming each alarm without a threshold, without what to do, or without a reason
 */
export const parseAlarms = (value: unknown, wiring: Wiring): Alarms => {
  const alarms = parse(alarmsSchema, value, { what: WHAT, hint: HINT });
  const problems = problemsOf(alarms, wiring);
  if (problems.length > 0) throw new InvalidInputError(WHAT, problems, HINT);
  return alarms;
};

/** Those of this release. */
export const shippedAlarms = (wiring: Wiring): Alarms => parseAlarms(shipped, wiring);
