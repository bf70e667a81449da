import { systemClock } from '@flaghoist/system/clock';
import { type Times, takenBy, timesOf } from './figures.ts';
import { startLineProgram } from './line-program.ts';
import { CHANGING, documentOf, flagKeyOf, programs, type Served } from './served.ts';

const FLAGS = 1_000;
const STREAMS = 156;
const CHANGES = 40;
const WARM_UP = 5;

export interface StreamsRow extends Times {
  readonly server: string;
  readonly cpuMsPerChange: number;
  /** Before the first stream, and after the last change. */
  readonly rssMb: readonly [number, number];
}

interface Server {
  readonly server: string;
  readonly port: number;
  readonly processId: number;
  /** @returns the text that the flag now has */
  change(): string;
}

const measure = async ({ server, port, processId, change }: Server): Promise<StreamsRow> => {
  const { rssMb } = takenBy(processId);
  const program = programs.bench();
  const streams = startLineProgram(program, ['watch', `127.0.0.1:${port}`, String(STREAMS)]);
  await streams.heard();
  const ms: number[] = [];
  let cpuMs = 0;
  for (let place = -WARM_UP; place < CHANGES; place += 1) {
    await systemClock.sleep(5 + ((place + WARM_UP) % 11));
    const before = takenBy(processId).cpuMs;
    const startedAt = performance.now();
    streams.say(JSON.stringify(change()));
    await streams.heard();
    if (place < 0) continue;
    ms.push(performance.now() - startedAt);
    cpuMs += takenBy(processId).cpuMs - before;
  }
  const after = takenBy(processId).rssMb;
  streams.stop();
  return { server, ...timesOf(ms), cpuMsPerChange: cpuMs / CHANGES, rssMb: [rssMb, after] };
};

const flagdCore = async (): Promise<StreamsRow> => {
  const core = startLineProgram(programs.bench(), ['serve']);
  const flags = Object.fromEntries(
    Array.from({ length: FLAGS }, (_, place) => [flagKeyOf(place), documentOf('first')]),
  );
  const set = (text: string): void => core.say(JSON.stringify({ flags: { ...flags, [CHANGING]: documentOf(text) } }));
  set('first');
  const port = Number(await core.heard());
  let revision = 1;
  const change = (): string => {
    revision += 1;
    set(`value-${revision}`);
    return `value-${revision}`;
  };
  const row = await measure({ server: 'flagd core 0.16.1', port, processId: core.processId, change });
  core.stop();
  return row;
};

/**
 * Many streams of `flagd.sync.v1` at one server, and one of 1,000 flags that changes: until the last stream has it. An agent has the
 * streams of one task and no more; so many are what flagd's core would have with one server for all services.
 */
export const measureStreams = async (served: Served): Promise<readonly StreamsRow[]> => {
  const { sync: port, processId, change, stop } = await served.startService('streams', FLAGS);
  const agent = await measure({
    ...{ server: 'agent', port, processId },
    change() {
      return change().text;
    },
  });
  stop();
  return [agent, await flagdCore()];
};
