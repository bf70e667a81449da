import { hostname } from 'node:os';
import { endpointOf } from '../lib/client/endpoint.ts';
import { exitCodes } from '../lib/exit-codes.ts';
import { type ServedWorld, serveWorld } from './served.ts';

let served: ServedWorld;
beforeAll(async () => {
  served = await serveWorld();
  await served.hoist(['set', 'checkout.form', 'off', '--owner', 'team-identity', '--reason', 'New form']);
});
afterAll(() => served.close());

const changing = (flag: string, variant: string, ...more: string[]) => [
  'set',
  flag,
  variant,
  '--reason',
  'Go live',
  ...more,
];

it('creates a flag and waits until it is verified, a line per region', async () => {
  const created = changing('checkout.story', 'off', '--owner', 'team-identity');
  const { exitCode, stdout } = await served.hoist(created, { isTTY: true, noColour: true });
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toMatch(/eu-west-1 +█+ +3\/3 +\d+ ms/);
  expect(stdout).toMatch(/verified after .* s: checkout\.story 1\.1 is in all 9 caches/);
});

it('lets root change a flag, under a name that says whose root it is', async () => {
  const { user } = await endpointOf(undefined, {}, () => ({ username: 'root' }));
  const created = changing('checkout.by-root', 'off', '--owner', 'team-identity', '--no-wait');
  const { exitCode, stdout } = await served.hoist(created, { variables: { HOIST_USER: user } });
  expect({ exitCode, stdout }).toMatchObject({ exitCode: exitCodes.ok });
  expect((await served.hoist(['get', 'checkout.by-root'])).stdout).toContain(`created by root-of-${hostname()}`);
});

it('waits no longer than it is told to', async () => {
  const { exitCode, stdout } = await served.hoist(changing('checkout.form', 'on', '--for', 'acknowledged', '--json'));
  expect(exitCode).toBe(exitCodes.ok);
  const { change } = JSON.parse(stdout);
  expect(change).toMatchObject({ flagKey: 'checkout.form', state: 'accepted' });
  expect(change.conditions).toContainEqual(expect.objectContaining({ type: 'Acknowledged', status: 'True' }));
});

it('shows a flag, and lists it', async () => {
  const shown = await served.hoist(['get', 'checkout.story']);
  expect(shown).toMatchObject({ exitCode: exitCodes.ok, stdout: expect.stringMatching(/changed +created by ada/) });
  const { stdout } = await served.hoist(['get', 'checkout.story', '--document', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ defaultVariant: 'off' });
  const listed = await served.hoist(['list', '--prefix', 'checkout.st']);
  expect(listed.stdout).toMatch(/^checkout\.story +1\.1 +live +off +all +team-identity +verified$/m);
});

it('shows what a change would do, and does it not', async () => {
  const { exitCode, stdout } = await served.hoist(changing('checkout.story', 'on', '--plan'));
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toContain('- /document/defaultVariant: "off"\n  + /document/defaultVariant: "on"');
  expect(stdout).toMatch(/rollback +would bring back 1\.1/);
  expect((await served.hoist(['get', 'checkout.story', '--json'])).stdout).toContain('"defaultVariant":"off"');
});

it('tells who expects another order that somebody was faster', async () => {
  const { exitCode, stdout } = await served.hoist(changing('checkout.story', 'on', '--expect', '1.9'));
  expect({ exitCode, stdout }).toEqual({
    exitCode: exitCodes.conflict,
    stdout: expect.stringContaining('it was made against 1.9, and now there is 1.1'),
  });
});

it('tells what the rules have against a change, with what to do', async () => {
  const { exitCode, stdout } = await served.hoist([...changing('checkout.story', 'on'), '--audience', 'nobody']);
  expect(exitCode).toBe(exitCodes.rejected);
  expect(stdout).toMatch(/FH-AUDIENCE-\d\d \/audience/);
});

it('says of a cache that loses writes which hop is missing, and takes the change back', async () => {
  await served.hoist(changing('checkout.lost', 'off', '--owner', 'team-identity'));
  served.world.region('eu-west-1').caches.breakService('login', 'ignores-writes');
  await served.hoist(changing('checkout.lost', 'on', '--no-wait'));
  const why = await served.hoist(['why', 'login', 'eu-west-1', 'checkout.lost']);
  expect(why).toMatchObject({
    exitCode: exitCodes.no,
    stdout: expect.stringContaining('login in eu-west-1 does not hold checkout.lost as 1.2'),
  });
  await served.pass(60_000);
  served.world.region('eu-west-1').caches.heal('login');
  expect((await served.hoist(['get', 'checkout.lost'])).stdout).toMatch(
    /^checkout\.lost 1\.3\n(?:.*\n)*.*changed +rolled-back by flaghoist/,
  );
});

it('says beside the caches what instances claim', async () => {
  expect((await served.hoist(['status'])).stdout).toMatch(/instances +none says anything here/);
  const { caches } = served.world.region('eu-west-1');
  const { sequence = 0 } = (await caches.instances(['login'])).get('login') ?? {};
  const now = served.scheduler.now();
  const rest = { digest: '', at: now, streams: 0, evaluator: '', refused: [] };
  const feed = caches.feedOf('login');
  for (const name of ['task-a1', 'task-b2', 'task-c3'])
    await feed.claim(name, JSON.stringify({ ...rest, sequence, seenAt: now }));
  await feed.claim('task-f3', JSON.stringify({ ...rest, sequence: sequence - 1, seenAt: now - 41_000 }));
  const said = /3 of 4 instances, task-f3 of login in eu-west-1 4\d s behind \(a claim/;
  expect((await served.hoist(['status'])).stdout).toMatch(said);
  expect((await served.hoist(['why', 'login', 'eu-west-1', 'checkout.form'])).stdout).toMatch(said);
  const waited = await served.hoist(['wait', 'checkout.form']);
  expect(waited.stdout).toMatch(/^ +verified after .* caches\.\n +beside it: 3 of 4 instances, task-f3 of login /);
  expect(JSON.parse((await served.hoist(['wait', 'checkout.form', '--json'])).stdout)).toMatchObject({
    state: 'verified',
    instances: { alive: 4, holding: 3 },
  });
});

it('kills, whoever asks and whatever stands in the way', async () => {
  const args = ['kill', 'checkout.form', '--reason', 'Charged twice', '--for', 'acknowledged'];
  expect(await served.hoist(args)).toMatchObject({ exitCode: exitCodes.ok });
  expect((await served.hoist(['list', '--state', 'killed'])).stdout).toContain('checkout.form');
});

it('brings a killed flag back as it was, and archives one that nobody needs', async () => {
  const restored = await served.hoist(['restore', 'checkout.form', '--reason', 'Mended', '--json']);
  expect(JSON.parse(restored.stdout)).toMatchObject({
    change: { kind: 'restored', state: 'verified', flagState: 'live' },
  });
  expect((await served.hoist(['get', 'checkout.form', '--document', '--json'])).stdout).toContain(
    '"defaultVariant":"on"',
  );
  const archived = await served.hoist(['archive', 'checkout.form', '--reason', 'Gone from the code', '--no-wait']);
  expect(archived).toMatchObject({ exitCode: exitCodes.ok, stdout: expect.stringContaining('accepted') });
  expect(await served.hoist(['wait', 'checkout.form'])).toMatchObject({ exitCode: exitCodes.ok });
});

it('tells what became of a flag, and what each change did', async () => {
  const { stdout } = await served.hoist(['history', 'checkout.form', '--limit', '3']);
  expect(stdout).toMatch(/archived .*\n1\.4 +restored +verified .*ada +Mended\n1\.3 +killed/);
  const diff = await served.hoist(['diff', 'checkout.form', '1.1', '1.2']);
  expect(diff.stdout).toContain('- /document/defaultVariant: "off"\n+ /document/defaultVariant: "on"');
  expect((await served.hoist(['diff', 'checkout.form'])).stdout).toContain('1.4 → 1.5');
});

it('shows the world at a glance, and what was given up', async () => {
  const { exitCode, stdout } = await served.hoist(['status', '--services']);
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toMatch(/home +us-east-1, epoch 1\n +regions +3 serving/);
  expect(stdout).toMatch(/consent +cell-1 +serving +team-identity/);
  served.world.region('eu-west-1').queues.queue('login').deadLetterQueue?.send('{}');
  expect(await served.hoist(['status'])).toMatchObject({
    exitCode: exitCodes.no,
    stdout: expect.stringContaining('1 message of login in eu-west-1'),
  });
});

it('watches what happens', async () => {
  const watching = served.hoist(['watch', 'checkout.watched', '--types', 'ChangeAccepted', '--count', '1']);
  await served.hoist(changing('checkout.watched', 'off', '--owner', 'team-identity', '--no-wait'));
  expect(await watching).toMatchObject({
    exitCode: exitCodes.ok,
    stdout: expect.stringMatching(/ChangeAccepted .*checkout\.watched 1\.1 ada/),
  });
});

it.each([
  [['get', 'checkout.none'], exitCodes.no, 'hoist list shows the flags'],
  [['set', 'checkout.none', 'on', '--reason', 'x'], exitCodes.usage, '--owner'],
  [['set', 'checkout.story', 'maybe', '--reason', 'x'], exitCodes.usage, 'Name one of off, on'],
  [['set', 'checkout.story', '--reason', 'x'], exitCodes.usage, '--file'],
  [['set', 'checkout.story', 'on'], exitCodes.usage, 'hoist set --help'],
  [['why', 'login', 'mars-1', 'checkout.story'], exitCodes.no, 'us-east-1'],
  [['get', 'checkout.story', '--server', 'nowhere'], exitCodes.usage, 'http://127.0.0.1:3524'],
  [['get', 'checkout.story', '--server', 'http://127.0.0.1:1'], exitCodes.unreachable, 'hoist up'],
] as const)('ends %j with %d and a way out', async (args, code, hint) => {
  const { exitCode, stderr } = await served.hoist(args);
  expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringContaining(hint) });
});

it('searches the trail by flag, kind, person and time', async () => {
  const { exitCode, stdout } = await served.hoist(['audit', 'search', 'checkout.form']);
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toMatch(/^\S+Z +ChangeAccepted +checkout\.form +us-east-1 +1\.1 created ada New form$/m);
  const killed = await served.hoist(['audit', 'search', '--type', 'ChangeAccepted', '--actor', 'ada', '--json']);
  const { documents } = JSON.parse(killed.stdout);
  expect(new Set(documents.map(({ type }: { type: string }) => type))).toEqual(new Set(['ChangeAccepted']));
  const [first, second] = documents;
  const at = new Date(first.at).toISOString();
  const accepted = ['audit', 'search', '--type', 'ChangeAccepted'];
  // Both ends are included, as the help says.
  for (const bounds of [
    ['--until', at],
    ['--since', at, '--until', at],
  ])
    expect(JSON.parse((await served.hoist([...accepted, ...bounds, '--json'])).stdout)).toEqual({
      documents: [first],
      before: null,
    });
  const one = await served.hoist([...accepted, '--limit', '1', '--until', new Date(second.at).toISOString()]);
  const [, before = ''] = /Older ones are left out: --before (\S+) goes on with them\./.exec(one.stderr) ?? [];
  expect(JSON.parse((await served.hoist([...accepted, '--before', before, '--json'])).stdout)).toEqual({
    documents: [first],
    before: null,
  });
  expect(await served.hoist([...accepted, '--before', 'yesterday'])).toMatchObject({
    exitCode: exitCodes.unreadable,
    stderr: expect.stringContaining('is no place of the trail'),
  });
  expect(await served.hoist(['audit', 'search'])).toMatchObject({ exitCode: exitCodes.unreadable });
});
