import { checkFunctions, parseWiring } from '../lib/wiring.ts';
import { readFunctions } from './support/lambdas.ts';
import { planWith, refusalOf, refusalWith } from './support/plans.ts';

const accept = ['functions', 'validator.accept', 'triggers', 0] as const;
const apply = ['functions', 'cache-updater.apply', 'triggers', 0] as const;
const queue = (field: string) => ['queues', 'cache-loads', field];

type Refusal = readonly [
  what: string,
  path: readonly (string | number)[],
  value: unknown,
  place: string,
  saying: RegExp,
];

describe('concurrency', () => {
  const reserve = (name: string) => ['functions', name, 'reservedConcurrency'];

  it('refuses a reservation that the batches of a queue exceed', () => {
    expect(refusalOf(reserve('cache-updater.load'), 1)).toEqual([
      expect.stringMatching(
        /maximumConcurrency: is 2, and cache-updater\.load reserves a concurrency of 1; .*Write at most 1/,
      ),
    ]);
  });

  it('refuses a reservation without a limit of the queue', () => {
    expect(refusalOf(reserve('audit-writer.write'), 5)).toEqual([
      expect.stringMatching(/maximumConcurrency: is missing, and audit-writer\.write reserves a concurrency of 5/),
    ]);
  });

  it('refuses a reservation that the batches of one shard exceed', () => {
    expect(refusalOf(reserve('validator.distribute'), 9)).toEqual([
      expect.stringMatching(/parallelisation: is 10, and validator\.distribute reserves a concurrency of 9/),
    ]);
  });

  it('refuses reservations beyond what an account has', () => {
    expect(refusalOf(reserve('consistency-checker.scan'), 881)).toEqual([
      expect.stringMatching(/^\/functions: reserve \d+ invocations together; Lambda runs 1000 .*at most 900/),
    ]);
    expect(refusalOf(reserve('consistency-checker.scan'), 901)).toContainEqual(
      expect.stringMatching(/reservedConcurrency: is 901; .*Lambda keeps 100/),
    );
  });
});

describe('limits of AWS', () => {
  it.each<Refusal>([
    [
      'a visibility of more than 12 hours',
      queue('visibilitySeconds'),
      43_201,
      '/queues/cache-loads/visibilitySeconds',
      /is 43201; .*12 hours.*from 0 to 43200/,
    ],
    [
      'a retention below a minute',
      queue('retentionSeconds'),
      59,
      '/queues/cache-loads/retentionSeconds',
      /is 59; .*60 s to 14 days/,
    ],
    [
      'a retention beyond 14 days',
      queue('retentionSeconds'),
      1_209_601,
      '/queues/cache-loads/retentionSeconds',
      /is 1209601/,
    ],
    ['no receive', queue('receives'), 0, '/queues/cache-loads/receives', /is 0; .*1 to 1,000/],
    ['more than 1,000 receives', ['queues', 'audit', 'receives'], 1001, '/queues/audit/receives', /is 1001/],
    [
      'a delay beyond 15 minutes',
      queue('delaySeconds'),
      901,
      '/queues/cache-loads/delaySeconds',
      /is 901; .*15 minutes/,
    ],
    [
      'half a second',
      queue('visibilitySeconds'),
      0.5,
      '/queues/cache-loads/visibilitySeconds',
      /is 0\.5; .*whole number/,
    ],
    [
      'a batch beyond 10,000',
      [...accept, 'batchSize'],
      10_001,
      `/${accept.join('/')}/batchSize`,
      /is 10001; .*1 to 10,000/,
    ],
    ['a window beyond 300 s', [...apply, 'windowSeconds'], 301, `/${apply.join('/')}/windowSeconds`, /is 301; .*300 s/],
    [
      'a parallelisation beyond 10',
      [...accept, 'parallelisation'],
      11,
      `/${accept.join('/')}/parallelisation`,
      /is 11; .*1 to 10/,
    ],
    [
      'a record age below a minute',
      [...accept, 'recordAgeSeconds'],
      59,
      `/${accept.join('/')}/recordAgeSeconds`,
      /is 59; .*60 s to 7 days/,
    ],
    [
      'a record age beyond 7 days',
      [...accept, 'recordAgeSeconds'],
      604_801,
      `/${accept.join('/')}/recordAgeSeconds`,
      /is 604801/,
    ],
    [
      'more than 10,000 attempts',
      [...accept, 'retryAttempts'],
      10_001,
      `/${accept.join('/')}/retryAttempts`,
      /is 10001/,
    ],
    [
      'a concurrency of 1',
      [...apply, 'maximumConcurrency'],
      1,
      `/${apply.join('/')}/maximumConcurrency`,
      /is 1; .*2 to 1,000/,
    ],
    [
      'a schedule without time between its runs',
      ['schedules', 'sweep', 'everyMinutes'],
      0,
      '/schedules/sweep/everyMinutes',
      /is 0; .*whole minutes/,
    ],
    [
      'more attempts of a schedule than there are',
      ['schedules', 'sweep', 'retryAttempts'],
      186,
      '/schedules/sweep/retryAttempts',
      /is 186; .*185/,
    ],
    [
      'six key patterns',
      [...accept, 'filter'],
      Array(6).fill({ sk: { equals: 'X' } }),
      `/${accept.join('/')}/filter`,
      /has more than 5/,
    ],
    [
      'a batch of 11 without a window',
      [...apply, 'batchSize'],
      11,
      `/${apply.join('/')}/batchSize`,
      /is 11 .*at least 1 s/,
    ],
  ])('refuses %s, naming the place, the value, the limit and the way out', (_what, path, value, place, saying) => {
    expect(refusalOf(path, value)).toContainEqual(expect.stringMatching(new RegExp(`^${place}: ${saying.source}`)));
  });

  it('takes a batch of 11 with a window', () => {
    const trigger = {
      kind: 'queue',
      queue: 'service-flags',
      batchSize: 11,
      windowSeconds: 1,
      partialBatchResponses: true,
    };
    parseWiring(planWith(apply, trigger));
  });
});

describe('what is always wanted', () => {
  it.each<Refusal>([
    [
      'a key filter that lets all pass',
      [...accept, 'filter', 0],
      {},
      `/${accept.join('/')}/filter/0`,
      /names no key, so it lets every item pass; name the pk/,
    ],
    [
      'a prefix of every key',
      [...accept, 'filter', 0, 'pk'],
      { prefix: '' },
      `/${accept.join('/')}/filter/0/pk/prefix`,
      /is empty, so it lets too much or nothing pass/,
    ],
    [
      'a pattern with an empty object',
      ['rules', 'verify', 'pattern', 'detail'],
      {},
      '/rules/verify/pattern/detail',
      /has an empty object, which EventBridge refuses/,
    ],
    ['an empty pattern', ['rules', 'audit', 'pattern'], {}, '/rules/audit/pattern', /has an empty object/],
    [
      'a subscription of every service to all messages',
      ['topics', 'flag-changes', 'subscriptions', 0, 'filterPolicy'],
      {},
      '/topics/flag-changes/subscriptions/0/filterPolicy',
      /does not say \{service\}; every service would get what is meant for one/,
    ],
    [
      'a schedule that tells each cell the same',
      ['schedules', 'reconcile', 'input'],
      {},
      '/schedules/reconcile/input',
      /does not say \{cell\}/,
    ],
    [
      'a workflow that nothing starts',
      ['rules', 'conclude'],
      undefined,
      '/workflows/conclude-change',
      /is started by nothing; name it as the target of a rule/,
    ],
    [
      'a table with an empty key',
      ['tables', 'flags', 'partitionKey'],
      '',
      '/tables/flags/partitionKey',
      /is not the name of an attribute/,
    ],
    ['a FIFO queue', ['queues', 'loads.fifo'], {}, '/queues/loads.fifo', /is a FIFO name; .*standard queue/],
    ['a FIFO topic', ['topics', 'changes.fifo'], {}, '/topics/changes.fifo', /is a FIFO name/],
    [
      'a queue without dead letters',
      queue('deadLetter'),
      undefined,
      '/queues/cache-loads/deadLetter',
      /is missing; .*deadLetters/,
    ],
    [
      'dead letters that nobody empties',
      ['deadLetters', 'audit-dead', 'emptiedBy'],
      undefined,
      '/deadLetters/audit-dead/emptiedBy',
      /is missing; say who empties it/,
    ],
    [
      'dead letters emptied by an empty name',
      ['deadLetters', 'audit-dead', 'emptiedBy'],
      '',
      '/deadLetters/audit-dead/emptiedBy',
      /is empty; say who/,
    ],
    [
      'a stream without attempts',
      [...accept, 'retryAttempts'],
      undefined,
      `/${accept.join('/')}/retryAttempts`,
      /is missing; .*poison record/,
    ],
    [
      'a stream without an age',
      [...accept, 'recordAgeSeconds'],
      undefined,
      `/${accept.join('/')}/recordAgeSeconds`,
      /is missing; .*never unless told otherwise/,
    ],
    [
      'a stream that does not bisect',
      [...accept, 'bisect'],
      false,
      `/${accept.join('/')}/bisect`,
      /must be true; .*split/,
    ],
    [
      'a stream without a failure destination',
      [...accept, 'failureDestination'],
      undefined,
      `/${accept.join('/')}/failureDestination`,
      /is missing; .*goes somewhere/,
    ],
    [
      'a stream that reports whole batches',
      [...accept, 'partialBatchResponses'],
      false,
      `/${accept.join('/')}/partialBatchResponses`,
      /must be true .*counts as done/,
    ],
    [
      'a queue that reports whole batches',
      [...apply, 'partialBatchResponses'],
      undefined,
      `/${apply.join('/')}/partialBatchResponses`,
      /must be true/,
    ],
    [
      'a stream from LATEST',
      [...accept, 'startingPosition'],
      'LATEST',
      `/${accept.join('/')}/startingPosition`,
      /must be TRIM_HORIZON; .*loses/,
    ],
    [
      'a stream that delivers all keys',
      [...accept, 'filter'],
      [],
      `/${accept.join('/')}/filter`,
      /is empty; name the keys/,
    ],
    [
      'a stream that shows keys only',
      ['tables', 'changes', 'stream'],
      'KEYS_ONLY',
      '/tables/changes/stream',
      /must be NEW_AND_OLD_IMAGES/,
    ],
    [
      'a match that is neither',
      [...accept, 'filter', 0, 'sk'],
      { suffix: 'X' },
      `/${accept.join('/')}/filter/0/sk`,
      /"equals".*"prefix"/,
    ],
    [
      'a function without triggers',
      ['functions', 'audit-writer.sweep', 'triggers'],
      [],
      '/functions/audit-writer.sweep/triggers',
      /never runs/,
    ],
    [
      'a trigger of no kind',
      ['functions', 'audit-writer.sweep', 'triggers', 0],
      { kind: 'cron' },
      '/functions/audit-writer.sweep/triggers/0/kind',
      /must have a kind/,
    ],
  ])('refuses %s', (_what, path, value, place, saying) => {
    const places = refusalOf(path, value);
    expect(places).toContainEqual(
      expect.stringMatching(new RegExp(`^${place.replaceAll('.', '\\.')}: .*${saying.source}`)),
    );
  });
});

describe('names and scopes', () => {
  it.each<Refusal>([
    [
      'a queue that there is not',
      [...apply, 'queue'],
      'flags',
      `/${apply.join('/')}/queue`,
      /"flags" is not an entry of queues; there are: service-flags/,
    ],
    [
      'a subscription of a queue that there is not',
      ['topics', 'flag-changes', 'subscriptions', 0, 'queue'],
      'flags',
      '/topics/flag-changes/subscriptions/0/queue',
      /"flags" is not an entry of queues/,
    ],
    [
      'dead letters of nothing',
      ['deadLetters', 'spare-dead'],
      planAt(['deadLetters', 'audit-dead']),
      '/deadLetters/spare-dead',
      /is used by nothing; name it as the deadLetter/,
    ],
    [
      'a workflow that calls nobody',
      ['workflows', 'spare'],
      planAt(['workflows', 'verify-window']),
      '/workflows/spare',
      /is used by nothing; fill its placeholders/,
    ],
    [
      'a placeholder that two functions fill',
      ['functions', 'consistency-checker.compare', 'triggers', 0, 'placeholder'],
      'ScanFunctionArn',
      '/functions/consistency-checker.compare/triggers/0',
      /workflow verify-window ScanFunctionArn is taken by consistency-checker\.scan/,
    ],
    [
      'a table that there is not',
      [...accept, 'table'],
      'wishes',
      `/${accept.join('/')}/table`,
      /"wishes" is not an entry of tables/,
    ],
    [
      'dead letters that there are not',
      queue('deadLetter'),
      'nowhere',
      '/queues/cache-loads/deadLetter',
      /"nowhere" is not an entry of deadLetters/,
    ],
    [
      'a bus that there is not',
      ['rules', 'audit', 'bus'],
      'main',
      '/rules/audit/bus',
      /"main" is not an entry of buses/,
    ],
    [
      'a workflow that there is not',
      ['rules', 'verify', 'target'],
      { workflow: 'look' },
      '/rules/verify/target/workflow',
      /"look" is not an entry of workflows/,
    ],
    [
      'a topic that there is not, of a schedule',
      ['schedules', 'warm-up', 'target', 'topic'],
      'changes',
      '/schedules/warm-up/target/topic',
      /"changes" is not an entry of topics/,
    ],
    [
      'a function that there is not, of a metric',
      ['metrics', 'limits', 'scan', 'function'],
      'consistency-checker.look',
      '/metrics/limits/scan/function',
      /"consistency-checker\.look" is not an entry of functions/,
    ],
    [
      'a function that there is not, of a count',
      ['metrics', 'counts', 'held', 'functions', 1],
      'rollback.guess',
      '/metrics/counts/held/functions/1',
      /"rollback\.guess" is not an entry of functions/,
    ],
    [
      'a table without a stream',
      ['tables', 'proposals', 'stream'],
      undefined,
      `/${accept.join('/')}/table`,
      /"proposals" has no stream/,
    ],
    [
      'a stream that nobody reads',
      ['tables', 'verification', 'stream'],
      'NEW_AND_OLD_IMAGES',
      '/tables/verification/stream',
      /is read by no function/,
    ],
    [
      'a queue that nobody reads',
      ['functions', 'rollback.judge', 'triggers', 0],
      { kind: 'rule', rule: 'audit' },
      '/queues/region-verdicts',
      /is read by no function/,
    ],
    [
      'a schedule that calls nobody',
      ['functions', 'audit-writer.sweep', 'triggers', 0],
      { kind: 'rule', rule: 'audit' },
      '/schedules/sweep',
      /is used by nothing/,
    ],
    [
      'a schedule without a target',
      ['schedules', 'warm-up', 'target'],
      undefined,
      '/schedules/warm-up',
      /is used by nothing/,
    ],
    ['a rule without a target', ['rules', 'audit', 'target'], undefined, '/rules/audit', /has no target/],
    [
      'a queue that two functions read',
      ['functions', 'audit-writer.sweep', 'triggers', 0],
      { kind: 'queue', queue: 'audit', batchSize: 10, windowSeconds: 0, partialBatchResponses: true },
      '/functions/audit-writer.sweep/triggers/0',
      /queue audit is taken by audit-writer\.write/,
    ],
    [
      'a second reader of a global table',
      ['functions', 'cache-updater.reconcile', 'triggers', 1],
      { ...planAt(['functions', 'validator.distribute', 'triggers', 0]) },
      '/tables/flags/stream',
      /has 2 readers; AWS advises at most 1 for a global table/,
    ],
    [
      'a function in every region for a table of home',
      ['functions', 'validator.accept', 'scope'],
      'region',
      `/${accept.join('/')}`,
      /of scope region and stream proposals of scope home/,
    ],
    [
      'a function of home for a queue of every region',
      ['functions', 'cache-updater.load', 'scope'],
      'home',
      '/functions/cache-updater.load/triggers/0',
      /of scope home and queue cache-loads of scope region/,
    ],
    [
      'a function per cell for a queue per region',
      ['functions', 'cache-updater.load', 'scope'],
      'cell',
      '/functions/cache-updater.load/triggers/0',
      /cells would compete/,
    ],
    [
      'dead letters of another scope',
      queue('deadLetter'),
      'audit-dead',
      '/queues/cache-loads/deadLetter',
      /of scope home, the queue of scope region/,
    ],
    [
      'dead letters that are kept for less',
      ['deadLetters', 'audit-dead', 'retentionSeconds'],
      86_400,
      '/deadLetters/audit-dead/retentionSeconds',
      /is 86400, the queue audit keeps for 1209600 s/,
    ],
    [
      'a retention that ends before the last receive',
      ['queues', 'audit', 'visibilitySeconds'],
      1800,
      '/queues/audit/retentionSeconds',
      /1000 receives take 1800000 s/,
    ],
    [
      'three receives',
      ['queues', 'audit'],
      { ...planAt(['queues', 'audit']), receives: 3, reasons: {} },
      '/queues/audit/receives',
      /is 3; AWS advises at least 5/,
    ],
    [
      'an unguarded forward to home',
      ['forwards', 'to-home', 'pattern'],
      { source: ['flaghoist'] },
      '/forwards/to-home/pattern',
      /came from another bus/,
    ],
    [
      'a forward that is guarded by another region',
      ['forwards', 'to-home', 'pattern', 'detail', 'region'],
      ['{region}', '{to}'],
      '/forwards/to-home/pattern',
      /came from another bus/,
    ],
    [
      'a forward to every region alike',
      ['forwards', 'to-region', 'pattern'],
      { detail: { region: ['{region}'] } },
      '/forwards/to-region/pattern',
      /does not say \{to\}/,
    ],
    [
      'a forward from home to home',
      ['forwards', 'to-home', 'from'],
      'home',
      '/forwards/to-home/to',
      /is home, as from/,
    ],
    [
      'a rule of every region for a queue of home',
      ['rules', 'verdicts', 'scope'],
      'region',
      '/rules/verdicts/target/queue',
      /"region-verdicts" is of scope home, and what names it is of scope region; .*Name one of scope region/,
    ],
    [
      'a rule of every region for a workflow of home',
      ['rules', 'verify', 'target'],
      { workflow: 'conclude-change' },
      '/rules/verify/target/workflow',
      /"conclude-change" is of scope home/,
    ],
    [
      'a rule of every region on a bus of home',
      ['buses', 'events', 'scope'],
      'home',
      '/rules/verify/bus',
      /"events" is of scope home/,
    ],
    [
      'a forward to a bus that only home has',
      ['buses', 'events', 'scope'],
      'home',
      '/forwards/to-region/bus',
      /"events" is of scope home/,
    ],
    [
      'dead letters of home for the bus of every region',
      ['buses', 'events', 'deadLetter'],
      'audit-dead',
      '/buses/events/deadLetter',
      /"audit-dead" is of scope home, .*Name one of scope region/,
    ],
    [
      'dead letters of home for a rule of every region',
      ['rules', 'verify', 'deadLetter'],
      'audit-dead',
      '/rules/verify/deadLetter',
      /"audit-dead" is of scope home, .*Name one of scope region/,
    ],
    [
      'dead letters of home for a schedule of every cell',
      ['schedules', 'reconcile', 'deadLetter'],
      'audit-dead',
      '/schedules/reconcile/deadLetter',
      /"audit-dead" is of scope home, .*Name one of scope region or cell/,
    ],
    [
      'dead letters of home for a subscription in every region',
      ['topics', 'flag-changes', 'subscriptions', 0, 'deadLetter'],
      'audit-dead',
      '/topics/flag-changes/subscriptions/0/deadLetter',
      /"audit-dead" is of scope home/,
    ],
    [
      'dead letters of each service for a rule of home',
      ['rules', 'audit', 'deadLetter'],
      'service-flags-dead',
      '/rules/audit/deadLetter',
      /"service-flags-dead" is of scope service, .*Name one of scope home or region/,
    ],
    [
      'a failure destination of home for a stream of every region',
      ['functions', 'validator.distribute', 'triggers', 0, 'failureDestination'],
      'accept-dropped',
      '/functions/validator.distribute/triggers/0/failureDestination',
      /"accept-dropped" is of scope home/,
    ],
    [
      'dead letters of home for a forward from every region',
      ['forwards', 'to-home', 'deadLetter'],
      'audit-dead',
      '/forwards/to-home/deadLetter',
      /"audit-dead" is of scope home/,
    ],
    [
      'a replica of a table that only home has',
      ['tables', 'changes', 'replicates'],
      true,
      '/tables/changes/scope',
      /is home, and the table replicates/,
    ],
    [
      'a placeholder of another place in a rule',
      ['rules', 'verify', 'pattern', 'detail', 'region'],
      ['{to}'],
      '/rules/verify/pattern',
      /"\{to\}" is not filled here; write \{region\}, alone/,
    ],
    [
      'a placeholder within other text',
      ['topics', 'flag-changes', 'subscriptions', 0, 'filterPolicy', 'audience'],
      ['*', 'queue-of-{service}'],
      '/topics/flag-changes/subscriptions/0/filterPolicy',
      /"queue-of-\{service\}" is not filled here/,
    ],
    [
      'a cell where there is none',
      ['schedules', 'sweep', 'input'],
      { cell: '{cell}' },
      '/schedules/sweep/input',
      /"\{cell\}" is not filled here; write the value itself/,
    ],
    [
      'a placeholder that there is not',
      ['forwards', 'to-region', 'pattern', 'detail', 'detail', 'cell'],
      ['{cell}'],
      '/forwards/to-region/pattern',
      /"\{cell\}" is not filled here; write \{region\} or \{to\}, alone/,
    ],
    [
      'a reason for nothing',
      ['queues', 'audit', 'reasons'],
      { visibility: 'because it is so' },
      '/queues/audit/reasons/visibility',
      /no field visibility/,
    ],
  ])('refuses %s', (_what, path, value, place, saying) => {
    const places = refusalOf(path, value);
    expect(places).toContainEqual(
      expect.stringMatching(new RegExp(`^${place.replaceAll('.', '\\.')}: .*${saying.source}`)),
    );
  });
});

it.each<[what: string, path: readonly (string | number)[], value: unknown]>([
  [
    'more readers of a stream than AWS advises',
    ['functions', 'cache-updater.reconcile', 'triggers', 1],
    planAt(['functions', 'validator.distribute', 'triggers', 0]),
  ],
  ['fewer receives than AWS advises', ['queues', 'audit', 'receives'], 3],
])('takes %s with a reason', (_what, path, value) => {
  const plan = planWith(path, value) as {
    tables: Record<string, { reasons?: unknown }>;
    queues: Record<string, { reasons?: unknown }>;
  };
  for (const [entries, field] of [
    [plan.tables, 'stream'],
    [plan.queues, 'receives'],
  ] as const) {
    for (const entry of Object.values(entries)) if (field in entry) entry.reasons = { [field]: 'some good reason' };
  }
  parseWiring(plan);
});

describe('the plan beside lambda.json', () => {
  it('refuses an entry point that nobody wires, by its name', async () => {
    const functions = { ...(await readFunctions()), 'ledger.book': { timeoutSeconds: 10, environment: [] } };
    expect(refusalWith(functions, ['$schema'], './wiring.schema.json')).toEqual([
      expect.stringMatching(
        /^\/functions\/ledger\.book: is missing; lambda\.json has this entry point and nothing calls it/,
      ),
    ]);
  });

  it('refuses a function that does not exist', async () => {
    const { 'rollback.judge': _gone, ...functions } = await readFunctions();
    expect(refusalWith(functions, ['$schema'], './wiring.schema.json')).toEqual([
      expect.stringMatching(
        /^\/functions\/rollback\.judge: is no entry point of a lambda\.json; there are: .*validator\.accept/,
      ),
    ]);
  });

  it('refuses a visibility below the timeout, whatever the reason', async () => {
    const value = { ...planAt(['queues', 'region-verdicts']), visibilitySeconds: 9 };
    expect(refusalWith(await readFunctions(), ['queues', 'region-verdicts'], value)).toEqual([
      expect.stringMatching(
        /visibilitySeconds: is 9, below the 10 s that rollback\.judge may run; AWS refuses it\. Write 60/,
      ),
    ]);
  });

  it('refuses a visibility below six times the timeout and the window without a reason', async () => {
    expect(refusalWith(await readFunctions(), ['queues', 'cache-loads', 'visibilitySeconds'], 359)).toEqual([
      expect.stringMatching(/visibilitySeconds: is 359; AWS advises 360, six times the 60 s of cache-updater\.load/),
    ]);
    expect(refusalWith(await readFunctions(), [...apply, 'windowSeconds'], 1)).toEqual([
      expect.stringMatching(/visibilitySeconds: is 60; AWS advises 61, .*window of 1 s/),
    ]);
    const reasons = { receives: 'long enough', visibilitySeconds: 'some good reason' };
    parseWiring(planWith(['queues', 'cache-loads', 'reasons'], reasons));
  });

  it.each([
    ['validator.accept', 'DEAD_LETTER_ARN, which names accept-dropped'],
    ['audit-writer.write', 'DEAD_LETTER_ARN, which names audit-dead'],
    ['cache-updater.apply', 'DEAD_LETTER_ARN_TEMPLATE, which names service-flags-dead'],
  ])('refuses that %s could not give up what no repetition heals', async (name, lacks) => {
    const all = await readFunctions();
    const functions = { ...all, [name]: { timeoutSeconds: 10, environment: [] } };
    expect(refusalWith(functions, ['$schema'], './wiring.schema.json')).toEqual([expect.stringContaining(lacks)]);
  });

  it('refuses a schedule whose runs would overlap, without a reason', async () => {
    const functions = {
      ...(await readFunctions()),
      'cache-updater.reconcile': { timeoutSeconds: 61, environment: [] },
    };
    expect(refusalWith(functions, ['$schema'], './wiring.schema.json')).toEqual([
      expect.stringMatching(
        /everyMinutes: is 1, and cache-updater\.reconcile may run for 61 s; two runs would overlap/,
      ),
    ]);
    const reasons = { everyMinutes: 'Two at once do no harm.' };
    const plan = planWith(['schedules', 'reconcile', 'reasons'], reasons);
    checkFunctions(parseWiring(plan), functions);
  });
});

function planAt(path: readonly (string | number)[]): Record<string, unknown> {
  let place: unknown = parseWiring(planWith(['$schema'], undefined));
  for (const step of path) place = (place as Record<string | number, unknown>)[step];
  return place as Record<string, unknown>;
}
