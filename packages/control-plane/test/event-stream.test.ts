import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { RealScheduler } from '@flaghoist/in-memory/real/scheduler';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import * as fc from 'fast-check';
import { EventStream } from '../lib/event-stream.ts';
import { Feed } from '../lib/feed.ts';

/** Lets a stream have its turn, which a virtual clock does not. */
const turns = new RealScheduler();

/** An answer that takes what is written to it when its reader does. */
class Answer extends Writable {
  text = '';
  /** The most that has waited for its reader, bytes. */
  most = 0;
  #take: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 16_384 });
  }

  writeHead(): this {
    return this;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.most = Math.max(this.most, this.writableLength);
    this.#take = () => {
      this.text += String(chunk);
      done();
    };
  }

  /** The reader takes one piece. `false`: there is none. */
  async take(): Promise<boolean> {
    const take = this.#take;
    this.#take = undefined;
    take?.();
    await turns.sleep(0);
    return take !== undefined;
  }

  async takeAll(): Promise<void> {
    let isMore = true;
    while (isMore) isMore = await this.take();
  }

  get numbers(): readonly number[] {
    return [...this.text.matchAll(/"changeId":"(\d+)"/g)].map(([, number]) => Number(number));
  }
}

const started = () => {
  const clock = new VirtualScheduler();
  const log = new RecordingLogger();
  let happened: (event: object) => void = () => {};
  const ports = {
    clock,
    home: () => ({ region: 'eu-west-1' }),
    watch: (watcher: { happened: typeof happened }) => {
      happened = watcher.happened;
      return () => {};
    },
  };
  const feed = new Feed(ports as never, { listen: () => () => {} } as never);
  let count = 0;
  const happens = (times: number, actor = ''): void => {
    for (let time = 0; time < times; time += 1) {
      const detail = { flagKey: 'a.flag', changeId: String(count), actor };
      happened({ type: 'ChangeProposed', at: 0, region: 'eu-west-1', detail });
      count += 1;
    }
  };
  const open = (lastId?: string) => {
    const answer = new Answer();
    const options = { feed, isMeant: () => true, caller: 'ada', clock, log };
    return { answer, stream: new EventStream(answer as unknown as ServerResponse, options, lastId) };
  };
  return { clock, log, happens, open, count: () => count };
};

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

it('keeps no more than is on its way for a reader, however much happens at once', async () => {
  const { happens, open, log } = started();
  const { answer, stream } = open();
  happens(1_000, 'x'.repeat(12_000));
  await answer.takeAll();
  expect(answer.numbers).toEqual(upTo(1_000));
  expect(answer.most).toBeLessThan(3 * 16_384);
  expect(stream.ended).toBe(false);
  expect(log.lines).toEqual([]);
});

it('brings all events in their order, whenever they happen and are taken', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant('takes' as const), fc.integer({ min: 1, max: 120 }))),
      async (steps) => {
        const { happens, open, count } = started();
        const { answer } = open();
        for (const step of steps)
          if (step === 'takes') await answer.take();
          else happens(step, 'x'.repeat(1_000));
        await answer.takeAll();
        expect(answer.numbers).toEqual(upTo(count()));
      },
    ),
    { numRuns: 50 },
  ));

it('lets what is written beside the events wait for its reader, too', async () => {
  const { open } = started();
  const { answer, stream } = open();
  for (let time = 0; time < 100; time += 1) void stream.write(`: ${'x'.repeat(12_000)}\n\n`);
  await answer.takeAll();
  expect(answer.text.split('\n\n')).toHaveLength(102);
  expect(answer.most).toBeLessThan(3 * 16_384);
});

it('drops a reader that takes nothing from one heartbeat to the next, and none that takes a little', async () => {
  const { clock, happens, open, log } = started();
  const [none, little] = [open(), open()];
  for (const { stream } of [none, little]) void stream.beat();
  happens(100, 'x'.repeat(12_000));
  for (let time = 0; time < 3; time += 1) {
    await little.answer.take();
    await little.answer.take();
    await clock.advance(15_000);
  }
  expect([none.stream.ended, none.answer.destroyed]).toEqual([true, true]);
  expect(log.lines).toMatchObject([{ message: 'slow reader of events dropped', fields: { caller: 'ada' } }]);
  await little.answer.takeAll();
  expect(little.answer.numbers).toEqual(upTo(100));
});

it('drops a reader that falls behind what is kept, and tells who comes back to it to read again', async () => {
  const { happens, open, log } = started();
  const { answer, stream } = open();
  happens(1, 'x'.repeat(20_000));
  happens(30_000);
  await answer.takeAll();
  expect(stream.ended).toBe(true);
  expect(log.messages('warn')).toEqual(['slow reader of events dropped']);
  const [, id = ''] = /^id: (.*)$/m.exec(answer.text) ?? [];
  const back = open(id);
  happens(1);
  await back.answer.takeAll();
  expect(back.answer.text).toMatch(/^event: reset\n/);
  expect(back.answer.numbers).toEqual([30_001]);
});

it('ends where its reader has hung up before it began', async () => {
  const { open, happens } = started();
  const { stream, answer } = open();
  answer.destroy();
  await answer.take();
  expect(stream.ended).toBe(true);
  happens(1);
  await expect(stream.beat()).resolves.toBeUndefined();
});
