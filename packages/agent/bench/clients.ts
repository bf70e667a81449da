import { join } from 'node:path';
import { systemClock } from '@flaghoist/system/clock';
import { ToolMissingError } from '@flaghoist/tools/errors';
import type { ClientProgram } from '@flaghoist/tools/openfeature-clients';
import { type Application, startApplication } from '../test/support/application.ts';
import { type Times, timesOf } from './figures.ts';
import { CHANGING, programs, type Served, type ServedService } from './served.ts';

/** Between two looks of a client. OFREP has no stream: its application asks again and again. */
const PAUSE_MS = { ofrep: 0, sync: 1 } as const;
const modes = ['ofrep', 'sync'] as const;
type Mode = (typeof modes)[number];

/** Until a client's own compilers and the agent's are done, and the p99 is that of one in a hundred. */
const WARM_UP = 100;
const SAMPLES = { ofrep: 500, sync: 200 } as const;

const javascript = join(import.meta.dirname, '..', 'test', 'clients', 'javascript.ts');
const languages: Readonly<Record<string, () => ClientProgram>> = {
  JavaScript: () => ({ program: process.execPath, args: ['--disable-warning=ExperimentalWarning', javascript] }),
  Python: () => programs.client('python'),
  Java: () => programs.client('java'),
  Go: () => programs.client('go'),
};

export type ClientRow = { readonly language: string; readonly mode: Mode; readonly flags: number } & (
  | Times
  | { readonly leftOut: string }
);

/** From before the cache is asked to take the change until the application has said that its client answers the new value. */
const sample = async (app: Application, mode: Mode, service: ServedService): Promise<number> => {
  const { text, written, at } = (() => {
    const startedAt = performance.now();
    return { ...service.change(), at: startedAt };
  })();
  await Promise.all([written, app.until(mode, CHANGING, text, PAUSE_MS[mode])]);
  return performance.now() - at;
};

interface Measured {
  readonly served: Served;
  readonly flags: number;
  /** So many times fewer samples. */
  readonly fewer?: number;
  readonly modes?: readonly Mode[];
}

/** Each language and mode alone: the other client of the application hears of nothing, at an agent whose flags stay as they are. */
export const measureClients = async ({ served, flags, fewer = 1, modes: asked = modes }: Measured) => {
  const [changing, quiet] = [
    await served.startService(`changing-${flags}`, flags),
    await served.startService(`quiet-${flags}`, 1),
  ];
  const rows: ClientRow[] = [];
  for (const [language, find] of Object.entries(languages)) {
    for (const mode of asked) {
      try {
        const ports =
          mode === 'ofrep' ? { http: changing.http, sync: quiet.sync } : { http: quiet.http, sync: changing.sync };
        const app = await startApplication(find(), { ...ports, cache: served.cachePort, state: '' });
        const ms: number[] = [];
        for (let place = -WARM_UP / fewer; place < SAMPLES[mode] / fewer; place += 1) {
          // So that no rhythm of a client is met.
          await systemClock.sleep(5 + ((place + WARM_UP) % 11));
          const took = await sample(app, mode, changing);
          if (place >= 0) ms.push(took);
        }
        app.child.kill('SIGKILL');
        rows.push({ language, mode, flags, ...timesOf(ms) });
      } catch (error) {
        if (!(error instanceof ToolMissingError)) throw error;
        rows.push({ language, mode, flags, leftOut: error.message });
      }
    }
  }
  changing.stop();
  quiet.stop();
  return rows;
};
