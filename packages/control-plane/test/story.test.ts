import { creation, startApi, type Tested } from './api.ts';

let api: Tested;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const conditionsOf = ({ conditions }: { conditions: { type: string; status: string }[] }) =>
  Object.fromEntries(conditions.map(({ type, status }) => [type, status]));

it('takes a proposal to its outcome, and shows the flag', async () => {
  const { status, body } = await api.ask('POST', '/v1/proposals?wait=10', creation('checkout.new-form'));
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { author: 'local:ada', outcome: { outcome: 'accepted', order: { epoch: 1, revision: 1 } } },
  });
  expect(await api.ask('GET', '/v1/flags/checkout.new-form')).toMatchObject({
    status: 200,
    body: { order: { epoch: 1, revision: 1 }, defaultVariant: 'off', madeBy: { actor: 'ada' }, knownGood: null },
  });
});

it('calls a change acknowledged once every cache was seen holding it, within 3 s of modelled time, and verified later', async () => {
  await api.ask('POST', '/v1/proposals?wait=10', creation('checkout.seen'));
  const at = '/v1/flags/checkout.seen/changes/1.1';
  let change = await api.ask('GET', at);
  const acceptedAt = (change.body as { acceptedAt: number }).acceptedAt;
  while (conditionsOf(change.body)['Acknowledged'] !== 'True') {
    await api.pass(100);
    change = await api.ask('GET', at);
    expect(api.scheduler.now()).toBeLessThan(acceptedAt + 3_000);
  }
  expect(conditionsOf(change.body)).toEqual({
    Accepted: 'True',
    Published: expect.any(String),
    Acknowledged: 'True',
    Verified: 'Unknown',
    KnownGood: 'Unknown',
  });
  await api.pass(60_000);
  change = await api.ask('GET', at);
  expect(new Set(Object.values(conditionsOf(change.body)))).toEqual(new Set(['True']));
});

it('names the cache that does not hold a change, and the missing hop', async () => {
  await api.ask('POST', '/v1/proposals?wait=10', creation('checkout.broken'));
  await api.pass(60_000);
  api.world.region('eu-west-1').caches.breakService('consent', 'ignores-writes');
  const { document, ...update } = creation('checkout.broken', 'update-1234');
  await api.ask('POST', '/v1/proposals?wait=10', {
    ...update,
    kind: 'updated',
    basedOn: { epoch: 1, revision: 1 },
    document: { ...document, defaultVariant: 'on' },
  });
  await api.pass(3_000);
  const { body } = await api.ask('GET', '/v1/why?service=consent&region=eu-west-1&flagKey=checkout.broken');
  expect(body).toMatchObject({ missing: 'applied', answer: expect.stringContaining('its cache holds 1.1, not 1.2') });
  const caches = await api.ask('GET', '/v1/flags/checkout.broken/changes/1.2/acknowledgements');
  const failing = (caches.body as { caches: { verdict: string }[] }).caches.filter(
    ({ verdict }) => verdict !== 'consistent',
  );
  expect(failing).toEqual([
    expect.objectContaining({
      region: 'eu-west-1',
      service: 'consent',
      reason: 'older',
      heldOrder: { epoch: 1, revision: 1 },
    }),
  ]);

  await api.pass(40_000);
  const change = await api.ask('GET', '/v1/flags/checkout.broken/changes/1.2');
  expect(conditionsOf(change.body)).toMatchObject({ Verified: 'False', KnownGood: 'False', Acknowledged: 'False' });
  api.world.region('eu-west-1').caches.heal('consent');
});

it('kills by one request, and says who did it', async () => {
  const kill = {
    flagKey: 'checkout.new-form',
    kind: 'killed',
    basedOn: null,
    change: { id: 'kill-1234', reason: 'Customers are charged twice' },
    proposedAt: 0,
  };
  expect(await api.ask('POST', '/v1/proposals?wait=10', kill)).toMatchObject({
    body: { outcome: { outcome: 'accepted' } },
  });
  const trail = await (async () => {
    await api.pass(30_000);
    return api.ask('GET', '/v1/audit?flagKey=checkout.new-form&type=ChangeAccepted');
  })();
  expect(trail.body).toMatchObject({ documents: [{}, { detail: { kind: 'killed', actor: 'ada' } }] });
});

it('lists the flags by key, page by page', async () => {
  const first = await api.ask('GET', '/v1/flags?limit=2');
  expect(first.body).toMatchObject({
    flags: [{ flagKey: 'checkout.broken' }, { flagKey: 'checkout.new-form' }],
    next: 'checkout.new-form',
  });
  expect(await api.ask('GET', '/v1/flags?limit=2&after=checkout.new-form')).toMatchObject({
    body: { flags: [{ flagKey: 'checkout.seen' }], next: null },
  });
  expect(await api.ask('GET', '/v1/flags?state=killed')).toMatchObject({
    body: { flags: [{ flagKey: 'checkout.new-form' }] },
  });
});

it('lists the changes of all flags, newest first, page by page', async () => {
  const listed: string[] = [];
  let before = '';
  for (let page = 0; page < 20; page += 1) {
    const { body } = await api.ask('GET', `/v1/changes?limit=2${before}`);
    const { changes, next } = body as { changes: { flagKey: string; acceptedAt: number }[]; next: string | null };
    listed.push(...changes.map(({ flagKey, acceptedAt }) => `${String(acceptedAt).padStart(16, '0')} ${flagKey}`));
    if (next === null) break;
    before = `&before=${encodeURIComponent(next)}`;
  }
  expect(listed).toEqual([...new Set(listed)].sort().reverse());
  expect(listed.length).toBeGreaterThan(4);
  expect(await api.ask('GET', '/v1/changes?state=accepted')).toMatchObject({ body: { changes: [], next: null } });
  expect(await api.ask('GET', '/v1/changes?state=rolled-back')).toMatchObject({
    body: { changes: [{ flagKey: 'checkout.broken', state: 'rolled-back' }], next: null },
  });
  expect(await api.ask('GET', '/v1/changes?before=1')).toMatchObject({ status: 400 });
});

it('shows the world at a glance', async () => {
  expect(await api.ask('GET', '/v1/status')).toMatchObject({
    status: 200,
    body: { home: { region: 'us-east-1', epoch: 1 }, services: 4, caches: 12, undecided: [], waiting: 0, degraded: [] },
  });
});

it('has what instances claim beside what is known of caches, and nothing where none is alive', async () => {
  expect(await api.ask('GET', '/v1/status')).toMatchObject({ body: { instances: null } });
  const { caches } = api.world.region('eu-west-1');
  const { sequence = 0 } = (await caches.instances(['login'])).get('login') ?? {};
  const now = api.scheduler.now();
  const claim = (behindMs: number) => ({
    ...{ digest: '', at: now, streams: 0, evaluator: '', refused: [] },
    ...{ sequence: behindMs === 0 ? sequence : sequence - 1, seenAt: now - behindMs },
  });
  const feed = caches.feedOf('login');
  for (const [name, behindMs] of Object.entries({ 'task-a1': 0, 'task-b2': 0, 'task-c3': 0, 'task-f3': 41_000 }))
    await feed.claim(name, JSON.stringify(claim(behindMs)));
  const instances = {
    ...{ alive: 4, holding: 3 },
    behind: [{ region: 'eu-west-1', service: 'login', instance: 'task-f3', behindMs: expect.any(Number) }],
  };
  expect(await api.ask('GET', '/v1/status')).toMatchObject({ body: { instances } });
  const why = '/v1/why?flagKey=checkout.seen&region=eu-west-1&service=';
  expect(await api.ask('GET', `${why}login`)).toMatchObject({ body: { missing: null, instances } });
  expect(await api.ask('GET', `${why}session`)).toMatchObject({ body: { instances: null } });
  const path = '/v1/flags/checkout.seen/changes/';
  expect(await api.ask('GET', `${path}1.1/instances`)).toMatchObject({ status: 200, body: { instances } });
  expect(await api.ask('GET', `${path}1.99/instances`)).toMatchObject({ status: 404 });
});

it.each([
  ['GET', '/v1/flags/none', 404, 'FH_NOT_FOUND'],
  ['GET', '/v1/nothing', 404, 'FH_NOT_FOUND'],
  ['GET', '/v1/flags/checkout.seen/changes/first', 400, 'FH_INVALID_INPUT'],
  ['GET', '/v1/audit', 400, 'FH_INVALID_INPUT'],
  ['GET', '/v1/flags?limit=0', 400, 'FH_INVALID_INPUT'],
  ['POST', '/v1/proposals', 400, 'FH_INVALID_INPUT'],
] as const)('answers %s %s with %d %s, and what to do', async (method, url, status, code) => {
  const answer = await api.ask(method, url, method === 'POST' ? { flagKey: '!' } : undefined);
  expect(answer).toMatchObject({
    status,
    type: expect.stringContaining('application/problem+json'),
    body: { code, status },
  });
  expect((answer.body as { hint: string }).hint).not.toBe('');
});

it('answers no page of another origin, and no other name', async () => {
  expect(await api.ask('GET', '/v1/status', undefined, { origin: 'https://evil.example' })).toMatchObject({
    status: 403,
  });
  expect(await api.ask('GET', '/v1/status', undefined, { host: 'evil.example:3524' })).toMatchObject({
    status: 403,
    body: { code: 'FH_FOREIGN_REQUEST' },
  });
});
