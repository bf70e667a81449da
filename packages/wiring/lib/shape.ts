import * as z from 'zod/mini';

const described = (text: string) => z.describe(text);

/** A number of the plan. What it takes is said in the words of the service that will refuse it. */
const between = (min: number, max: number, takes: string) => {
  const error = ({ input }: { input?: unknown }): string =>
    `${input === undefined ? 'is missing' : `is ${JSON.stringify(input)}`}; ${takes}. Write a whole number from ${min} to ${max}`;
  return z.int({ error }).check(z.gte(min, { error }), z.lte(max, { error }), described(`${takes}.`));
};

const name = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'write a name in kebab-case, such as "cache-loads"'));

/** Entries by their names. */
const entries = <V extends z.core.SomeType>(value: V) =>
  z.record(name, value, {
    error: ({ code, input, path }) => {
      if (code !== 'invalid_key') return undefined;
      const key = String(path?.at(-1) ?? input);
      return key.endsWith('.fifo')
        ? 'is a FIFO name; order is kept by compare-and-set, and a FIFO queue would hold up every flag behind a poison one. Use a standard queue or topic'
        : 'is not a name; write it in kebab-case, such as "cache-loads"';
    },
  });

const text = (what: string) =>
  z.string({ error: `is missing; say ${what}` }).check(z.minLength(10, { error: `is empty; say ${what}` }));

const deadLetter = z
  .string({ error: 'is missing; name an entry of deadLetters, so that what is given up goes somewhere' })
  .check(described('Where it goes what was given up: an entry of `deadLetters`.'));

const reasons = z
  .optional(z.record(z.string(), text('why the value is what it is')))
  .check(described('Why a field has its value, by the name of the field.'));

const scopes = {
  home: 'home: once, in the home region',
  region: 'region: once in every region',
  cell: 'cell: once per cell and region',
  service: 'service: once per service and region',
};
export type Scope = keyof typeof scopes;
const scope = <const S extends Scope>(...allowed: readonly S[]) =>
  z.enum(allowed).check(described(`${allowed.map((each) => scopes[each]).join('; ')}.`));

const attribute = z
  .string()
  .check(z.regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/, 'is not the name of an attribute; write one, such as "pk"'));

const indexSchema = z.strictObject({
  partitionKey: attribute,
  sortKey: attribute,
  projection: z.enum(['KEYS_ONLY', 'ALL']),
});

const tableSchema = z.strictObject({
  scope: scope('home', 'region'),
  replicates: z.optional(z.literal(true)).check(described('A global table: every region has a replica of it.')),
  partitionKey: attribute,
  sortKey: attribute,
  stream: z.optional(
    z.literal('NEW_AND_OLD_IMAGES', {
      error: 'must be NEW_AND_OLD_IMAGES; the functions read what an item is and was, and a global table has no other',
    }),
  ),
  indexes: z.optional(entries(indexSchema)),
  timeToLive: z
    .optional(attribute)
    .check(described('The attribute, in epoch seconds, after which an item is removed.')),
  reasons,
});

const valuesByAttribute = z.record(z.string(), z.array(z.string()).check(z.minLength(1)));

const subscriptionSchema = z.strictObject({
  queue: z.string(),
  rawMessageDelivery: z.literal(true, {
    error: 'must be true; the functions read the message itself, not the frame that SNS puts around it',
  }),
  filterPolicy: valuesByAttribute.check(
    described('By message attribute, the values that pass. `{service}` is the name of the service whose queue it is.'),
  ),
  deadLetter,
});

const topicSchema = z.strictObject({
  scope: scope('home', 'region'),
  subscriptions: z.array(subscriptionSchema).check(z.minLength(1)),
  reasons,
});

const retentionSeconds = between(60, 1_209_600, 'SQS keeps a message for 60 s to 14 days');

const queueSchema = z.strictObject({
  scope: scope('home', 'region', 'cell', 'service'),
  visibilitySeconds: between(0, 43_200, 'SQS hides a received message for at most 12 hours'),
  receives: between(1, 1000, 'SQS gives a message up after 1 to 1,000 receives'),
  retentionSeconds,
  delaySeconds: z.optional(between(0, 900, 'SQS delays a message by at most 15 minutes')),
  deadLetter,
  reasons,
});

const deadLetterSchema = z.strictObject({
  scope: scope('home', 'region', 'cell', 'service'),
  retentionSeconds,
  emptiedBy: text('who empties it and how').check(described('Who empties it, and how.')),
  reasons,
});

const busSchema = z.strictObject({ scope: scope('home', 'region'), deadLetter });

type Pattern = { [field: string]: string[] | Pattern };
const patternSchema: z.ZodMiniType<Pattern> = z
  .lazy(() => z.record(z.string(), z.union([z.array(z.string()).check(z.minLength(1)), patternSchema])))
  .check(
    z.refine((pattern) => Object.keys(pattern).length > 0, {
      error: 'has an empty object, which EventBridge refuses; name the values that pass, or leave the field out',
    }),
    described(
      'An EventBridge pattern of exact values. `{region}` is the region in which the rule stands, `{to}` the region to which a forward leads.',
    ),
  );

const ruleSchema = z.strictObject({
  scope: scope('home', 'region'),
  bus: z.string(),
  pattern: patternSchema,
  target: z
    .optional(z.union([z.strictObject({ queue: z.string() }), z.strictObject({ workflow: z.string() })]))
    .check(described('Left out where functions name the rule as their trigger.')),
  deadLetter,
  reasons,
});

const forwardSchema = z.strictObject({
  bus: z.string(),
  from: z.enum(['home', 'region']),
  to: z.enum(['home', 'region']),
  pattern: patternSchema,
  deadLetter,
  reasons,
});

const withService = z.optional(name).check(described('Exists only where the topology has a service of this name.'));

const scheduleSchema = z.strictObject({
  scope: scope('home', 'region', 'cell'),
  withService,
  everyMinutes: between(1, 527_040, 'the scheduler counts in whole minutes, up to a year'),
  input: z
    .record(z.string(), z.string())
    .check(
      described(
        'What the function is called with, or the message to the topic. `{cell}` is the cell of a schedule that exists once per cell.',
      ),
    ),
  target: z
    .optional(z.strictObject({ topic: z.string(), attributes: valuesByAttribute }))
    .check(
      described(
        'The topic to which the input is published as the message, with its attributes. Left out where functions name the schedule as their trigger.',
      ),
    ),
  retryAttempts: between(0, 185, 'the scheduler tries a call that failed again at most 185 times'),
  deadLetter,
  reasons,
});

const workflowSchema = z.strictObject({
  scope: scope('home', 'region'),
  type: z.enum(['EXPRESS', 'STANDARD']),
  definition: z
    .string()
    .check(
      z.endsWith('.asl.json', { error: 'must be a States Language file, …/<name>.asl.json' }),
      described(
        'The States Language file, from the root of the repository. Triggers name the functions for its placeholders.',
      ),
    ),
  reasons,
});

const partialBatchResponses = z.literal(true, {
  error:
    'must be true (ReportBatchItemFailures); the functions name what failed, and without it the whole batch counts as done',
});

const matched = z
  .string()
  .check(z.minLength(1, { error: 'is empty, so it lets too much or nothing pass; write what the keys are' }));
const keyMatchSchema = z.union([z.strictObject({ equals: matched }), z.strictObject({ prefix: matched })], {
  error: 'must be {"equals": "…"} or {"prefix": "…"}',
});
const keyFilterSchema = z.strictObject({ pk: z.optional(keyMatchSchema), sk: z.optional(keyMatchSchema) }).check(
  z.refine(({ pk, sk }) => pk !== undefined || sk !== undefined, {
    error: 'names no key, so it lets every item pass; name the pk or the sk that the function handles',
  }),
);

const windowSeconds = between(0, 300, 'Lambda collects a batch for at most 300 s');
const batchSize = between(1, 10_000, 'Lambda takes batches of 1 to 10,000');

const streamTriggerSchema = z.strictObject({
  kind: z.literal('stream'),
  table: z.string(),
  startingPosition: z.literal('TRIM_HORIZON', {
    error: 'must be TRIM_HORIZON; LATEST loses what is written while the trigger is being made',
  }),
  filter: z.array(keyFilterSchema).check(
    z.minLength(1, {
      error: 'is empty; name the keys that the function handles, others would be reported as failed',
    }),
    z.maxLength(5, {
      error: 'has more than 5 patterns, which is what Lambda takes without a raised quota; use prefixes',
    }),
    described('The items whose changes are delivered: those that match one of these. Lambda drops the others.'),
  ),
  batchSize,
  windowSeconds,
  parallelisation: between(1, 10, 'Lambda works at 1 to 10 batches of a shard at the same time'),
  retryAttempts: between(
    0,
    10_000,
    'Lambda tries a batch that failed again 0 to 10,000 times, and for ever unless told otherwise: one poison record would stop its shard for 24 hours',
  ),
  recordAgeSeconds: between(
    60,
    604_800,
    'Lambda drops records that are older than 60 s to 7 days, and never unless told otherwise',
  ),
  bisect: z.literal(true, {
    error: 'must be true; a batch that fails must be split, or one poison record takes its neighbours with it',
  }),
  partialBatchResponses,
  failureDestination: deadLetter,
  reasons,
});

const queueTriggerSchema = z.strictObject({
  kind: z.literal('queue'),
  queue: z.string(),
  batchSize,
  windowSeconds,
  maximumConcurrency: z.optional(between(2, 1000, 'Lambda limits a queue to 2 to 1,000 batches at the same time')),
  partialBatchResponses,
  reasons,
});

const triggerSchema = z.discriminatedUnion(
  'kind',
  [
    streamTriggerSchema,
    queueTriggerSchema,
    z.strictObject({ kind: z.literal('schedule'), schedule: z.string() }),
    z.strictObject({
      kind: z.literal('workflow'),
      workflow: z.string(),
      placeholder: z
        .string()
        .check(described("The placeholder in the workflow's definition that this function fills.")),
    }),
    z.strictObject({ kind: z.literal('rule'), rule: z.string() }),
  ],
  { error: 'must have a kind: stream, queue, schedule, workflow or rule' },
);

const functionSchema = z
  .strictObject({
    scope: scope('home', 'region', 'cell'),
    withService,
    reservedConcurrency: z
      .optional(between(1, 900, 'an account runs 1,000 functions at the same time in a region, and Lambda keeps 100'))
      .check(described('Invocations at the same time that are kept free for it, and that it never exceeds.')),
    reasons,
    calledBy: z
      .optional(text('which command calls it'))
      .check(described('The command of the operator that calls it, where nothing else does.')),
    triggers: z.array(triggerSchema),
  })
  .check(
    z.refine(({ triggers, calledBy }) => triggers.length > 0 || calledBy !== undefined, {
      path: ['triggers'],
      error:
        'is empty; a function without a trigger never runs: name what calls it, or the command that does in calledBy',
    }),
  );

/** What a function may take of something that it shares with others. */
const limitsSchema = z.strictObject({
  look: z.strictObject({
    changes: between(
      1,
      300,
      'one round of the workflow hands on at most 300 changes, with what their caches were offered, below its 256 KiB',
    ).check(described('Changes that one round of verify-window looks at; those beyond wait for the next one.')),
    commandsInFlight: between(1, 156, 'each brings documents over the one connection to the region’s Redis').check(
      described('Transactions that a look at the caches has under way at the same time.'),
    ),
    bytesPerCommand: between(1_024, 1_048_576, 'Redis gets one second to answer').check(
      described('Stored bytes that one of them asks for; a larger document comes alone.'),
    ),
    reasons,
  }),
});

const metricName = z
  .string()
  .check(
    z.regex(/^[A-Z][A-Za-z]*$/, 'is not the name of a metric; write one, such as "FanOut"'),
    described('Its name in CloudWatch.'),
  );

const metricSchema = z.strictObject({
  metric: metricName,
  unit: z.literal('Milliseconds'),
  limit: between(1, 86_400_000, 'a limit that nothing could exceed is none').check(described('In the same unit.')),
  scope: scope('home', 'region'),
  function: z.string().check(described('Who measures it.')),
  alarm: name.check(described('The alarm that goes off when it takes longer.')),
  measures: text('from what to what it counts'),
});

const countSchema = z.strictObject({
  metric: metricName,
  unit: z.enum(['Milliseconds', 'Count']),
  statistic: z.enum(['Maximum', 'Sum']).check(described('How what is measured within a period is put together.')),
  scope: scope('home', 'region'),
  functions: z
    .array(z.string())
    .check(z.minLength(1, { error: 'is empty; name who measures it' }), described('Who measures it.')),
  alarm: name.check(described('The alarm that goes off, as alarms.json says.')),
  measures: text('what it counts'),
});

/** What is measured, one line in Embedded Metric Format each time. */
const metricsSchema = z.strictObject({
  namespace: z.string().check(z.minLength(1)),
  dimensions: z
    .array(z.string())
    .check(described('Of each of them. More of them would be more metrics, each at a price.')),
  limits: entries(metricSchema).check(described('Each limit that was promised.')),
  counts: entries(countSchema).check(described('What nobody promised, and somebody must hear of.')),
});

const functionName = z.string().check(z.regex(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/));

/** Every entry by itself, within the limits of AWS. */
export const shape = z.strictObject({
  $schema: z.optional(z.string()),
  limits: limitsSchema,
  metrics: metricsSchema,
  tables: entries(tableSchema),
  topics: entries(topicSchema),
  queues: entries(queueSchema),
  deadLetters: entries(deadLetterSchema),
  buses: entries(busSchema),
  rules: entries(ruleSchema),
  forwards: entries(forwardSchema),
  schedules: entries(scheduleSchema),
  workflows: entries(workflowSchema),
  functions: z.record(functionName, functionSchema, {
    error: ({ code }) =>
      code === 'invalid_key' ? 'is not a function; write <package>.<entry point>, as in its lambda.json' : undefined,
  }),
});

/** What connects the functions. What belongs to one function stands in its lambda.json. */
export type Wiring = z.output<typeof shape>;
export type Trigger = Wiring['functions'][string]['triggers'][number];
export type KeyFilter = z.output<typeof keyFilterSchema>;
