import { Agent, request } from 'node:http';
import { systemClock } from '@flaghoist/system/clock';
import { FlagdCore } from '@openfeature/flagd-core';
import { type Times, timesOf } from './figures.ts';
import { CHANGING, documentOf, flagKeyOf, type Served } from './served.ts';

const FLAGS = 1_000;
const CHANGES = 200;
const WARM_UP = 20;
const RELOADS = 20;

export interface OneOfMany {
  readonly flags: number;
  /** From before the cache is asked until an evaluation answers the new value. */
  readonly served: Times;
  /** flagd-core's own way to take a change: all flags again. Without cache or network, by all of Node's compilers. */
  readonly reload: Times & { readonly cpuMs: number };
}

/** One connection that is kept; asks again as soon as it has an answer. */
const asker = (port: number) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const path = `/ofrep/v1/evaluate/flags/${CHANGING}`;
      const asking = request({ agent, host: '127.0.0.1', port, path, method: 'POST' }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.once('end', () => resolve(text));
      });
      asking.once('error', reject).end('{"context":{"targetingKey":"ada"}}');
    });
  return {
    async until(text: string): Promise<void> {
      while (!(await ask()).includes(`"value":"${text}"`));
    },
    close: (): void => agent.destroy(),
  };
};

const reloads = (): OneOfMany['reload'] => {
  const setOf = (text: string): string => {
    const keys = Array.from({ length: FLAGS }, (_, place) => flagKeyOf(place));
    return JSON.stringify({
      flags: Object.fromEntries(keys.map((key) => [key, documentOf(key === CHANGING ? text : 'first')])),
    });
  };
  const core = new FlagdCore();
  const ms: number[] = [];
  let cpuUs = 0;
  for (let place = -WARM_UP; place < RELOADS; place += 1) {
    const set = setOf(`value-${place}`);
    const startedAt = performance.now();
    const before = process.cpuUsage();
    core.setConfigurations(set);
    if (place < 0) continue;
    ms.push(performance.now() - startedAt);
    const { user, system } = process.cpuUsage(before);
    cpuUs += user + system;
  }
  return { ...timesOf(ms), cpuMs: cpuUs / 1_000 / RELOADS };
};

export const measureOneOfMany = async (served: Served): Promise<OneOfMany> => {
  const service = await served.startService('one-of-many', FLAGS);
  const { until, close } = asker(service.http);
  const ms: number[] = [];
  for (let place = -WARM_UP; place < CHANGES; place += 1) {
    await systemClock.sleep(5 + ((place + WARM_UP) % 11));
    const startedAt = performance.now();
    const { text, written } = service.change();
    await Promise.all([written, until(text)]);
    if (place >= 0) ms.push(performance.now() - startedAt);
  }
  close();
  service.stop();
  return { flags: FLAGS, served: timesOf(ms), reload: reloads() };
};
