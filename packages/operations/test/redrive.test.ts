import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { silent } from '@flaghoist/in-memory/logger';
import { Queue } from '@flaghoist/in-memory/queue';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import { type Place, type RedrivePorts, redrive } from '../lib/redrive.ts';

const REGION = 'eu-west-1';
const operator = { principal: 'local:ops', reason: 'The cause is mended.' };
const wiring = shippedWiring();

const world = () => {
  const scheduler = new VirtualScheduler();
  const bus = new InMemoryEventBus({ region: REGION, scheduler });
  const queues = new Map<string, Queue>();
  const queueOf = (name: string): Queue => {
    const queue = queues.get(name) ?? new Queue({ name, region: REGION, scheduler });
    queues.set(name, queue);
    return queue;
  };
  const invoked: [string, unknown][] = [];
  const ports: RedrivePorts = {
    directory: EMPTY_DIRECTORY,
    wiring,
    queue: (name) => ({
      receive: async () => queueOf(name).receive(10),
      send: async (body) => queueOf(name).send(body),
      delete: async (receipt) => void queueOf(name).delete(receipt),
    }),
    invoke: async (name, _region, record) => {
      invoked.push([name, record]);
    },
    bus,
    region: 'us-east-1',
    clock: scheduler,
    log: silent,
  };
  return { scheduler, bus, queueOf, invoked, ports };
};

const record = (number: number) => ({ eventName: 'INSERT', dynamodb: { SequenceNumber: String(number) } });
const position = { requestContext: { condition: 'RecordAgeExceeded' }, DDBStreamBatchInfo: { batchSize: 7 } };

it.each(Object.keys(wiring.deadLetters))(
  'sends %s back to where they came from, or says that something made up for them',
  async (name) => {
    const { scheduler, bus, queueOf, invoked, ports } = world();
    const place: Place = {
      deadLetters: name,
      region: REGION,
      ...(name.startsWith('service') && { service: 'payments' }),
    };
    const dead = queueOf(name);
    for (let number = 0; number < 25; number += 1) dead.send(JSON.stringify(record(number)));
    dead.send(JSON.stringify(position));
    await scheduler.advance(1);

    const redriven = await redrive(place, operator, ports);
    const source = Object.entries(wiring.queues).find(([, { deadLetter }]) => deadLetter === name)?.[0];
    const expected =
      source !== undefined
        ? { sent: 26, deleted: 0 }
        : name.endsWith('-dropped')
          ? { sent: 25, deleted: 1 }
          : { sent: 0, deleted: 26 };
    expect(redriven).toEqual(expected);
    expect(dead.pending).toBe(0);
    if (source !== undefined) expect(queueOf(source).waiting).toBe(26);
    else expect(invoked.map(([, each]) => each)).toEqual(Array.from({ length: expected.sent }, (_, n) => record(n)));
    expect(bus.published).toMatchObject([
      { type: 'DeadLettersRedriven', detail: { actor: 'local:ops', sent: 0, deleted: 0 } },
      {
        type: 'DeadLettersRedriven',
        region: 'us-east-1',
        detail: { region: REGION, deadLetters: name, actor: 'local:ops', reason: operator.reason, ...expected },
      },
    ]);
  },
);

it('ends at what came back since it began: it is not mended', async () => {
  const { scheduler, queueOf, invoked, ports } = world();
  queueOf('tell-dropped').send(JSON.stringify(record(1)));
  await scheduler.advance(1);
  const invoke: RedrivePorts['invoke'] = async (name, region, given) => {
    await ports.invoke(name, region, given);
    queueOf('tell-dropped').send(JSON.stringify(given));
  };
  const place = { deadLetters: 'tell-dropped', region: REGION };
  expect(await redrive(place, operator, { ...ports, invoke })).toEqual({ sent: 1, deleted: 0 });
  expect(invoked.map(([name]) => name)).toEqual(['validator.tell']);
});

it('keeps the letter whose function cannot be reached, and tells what it has done so far', async () => {
  const { scheduler, bus, queueOf, ports } = world();
  for (const number of [1, 2]) queueOf('accept-dropped').send(JSON.stringify(record(number)));
  await scheduler.advance(1);
  let calls = 0;
  const invoke: RedrivePorts['invoke'] = async () => {
    calls += 1;
    if (calls === 2) throw new Error('throttled');
  };
  const place = { deadLetters: 'accept-dropped', region: REGION };
  await expect(redrive(place, operator, { ...ports, invoke })).rejects.toThrow('throttled');
  expect(queueOf('accept-dropped').pending).toBe(1);
  expect(bus.published).toMatchObject([{ detail: { sent: 0 } }, { detail: { sent: 1 } }]);
  expect(new Set(bus.published.map(({ id }) => id)).size).toBe(2);
});

it('touches no letter that the trail could not be told of', async () => {
  const { scheduler, bus, queueOf, invoked, ports } = world();
  queueOf('tell-dropped').send(JSON.stringify(record(1)));
  await scheduler.advance(1);
  bus.takeDown();
  const place = { deadLetters: 'tell-dropped', region: REGION };
  await expect(redrive(place, operator, ports)).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  expect(invoked).toEqual([]);
  expect(queueOf('tell-dropped').pending).toBe(1);
});

it('says nothing where there is nothing to send back', async () => {
  const { bus, ports } = world();
  const place = { deadLetters: 'tell-dropped', region: REGION };
  expect(await redrive(place, operator, ports)).toEqual({ sent: 0, deleted: 0 });
  expect(bus.published).toEqual([]);
});

it('is for who has the scope, and for dead letters that there are', async () => {
  const { queueOf, ports } = world();
  queueOf('audit-dead').send('a');
  const somebody = { principal: 'AROAEXAMPLE:somebody', reason: '' };
  const place = { deadLetters: 'audit-dead', region: REGION };
  await expect(redrive(place, somebody, ports)).rejects.toMatchObject({ code: 'FH_NOT_ALLOWED' });
  expect(queueOf('audit-dead').waiting).toBe(1);
  await expect(redrive({ ...place, deadLetters: 'nowhere' }, operator, ports)).rejects.toMatchObject({
    code: 'FH_REFUSED',
    message: expect.stringContaining('audit-dead'),
  });
});
