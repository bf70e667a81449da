import type { Envelope } from '@flaghoist/core/envelope';
import { validateStanding } from '../lib/standing.ts';
import { validate } from '../lib/validate.ts';
import { large, largeText, twelveWrong, typical } from './envelopes.ts';
import { corpus } from './shared/corpus.ts';

/** A process of one engine. It prepares itself, judges the corpus when asked for its verdicts, and times calls. */

const envelopes = { valid: typical, '12 violations': twelveWrong, '98 KiB': large(), '98 KiB of text': largeText() };
export type Case = keyof typeof envelopes;

export type Order = { readonly ask: 'verdicts' } | { readonly ask: 'times'; readonly of: Case; readonly calls: number };

/** By what it answers; one of them at a time. */
export interface Answer {
  readonly setUpMs: number;
  readonly verdicts: readonly string[];
  /** Microseconds of each call. */
  readonly times: readonly number[];
}

type Judge = (envelope: Envelope) => readonly unknown[];

const engines = {
  'all rules': async (): Promise<Judge> => (envelope) => validate(envelope, ['change', 'standing']).violations,
  'standing rules': async (): Promise<Judge> => (envelope) => validateStanding(envelope).violations,
  flaghoist: async (): Promise<Judge> => (await import('./shared/engine-ours.ts')).prepare(),
  ajv: async (): Promise<Judge> => (await import('./shared/engine-ajv.ts')).prepare(),
  zod: async (): Promise<Judge> => (await import('./shared/engine-zod.ts')).prepare(),
  'json-logic-engine': async (): Promise<Judge> => (await import('./shared/engine-json-logic.ts')).prepare(),
};
export type EngineName = keyof typeof engines;

const isEngine = (name: string): name is EngineName => Object.hasOwn(engines, name);

const tell = (answer: Partial<Answer>): void => {
  process.send?.(answer);
};

const [engine = ''] = process.argv.slice(2);
if (!isEngine(engine)) throw new Error(`There is no engine ${engine}; expected ${Object.keys(engines).join(', ')}.`);

const start = performance.now();
const judge = await engines[engine]();
judge(typical);
tell({ setUpMs: performance.now() - start });

process.on('message', (order: Order) => {
  if (order.ask === 'verdicts') {
    return tell({
      verdicts: corpus().map(([name, envelope]) => `${name}: ${judge(envelope).map(String).toSorted().join(' ')}`),
    });
  }
  const envelope = envelopes[order.of];
  const times: number[] = [];
  for (let call = 0; call < order.calls; call += 1) {
    const before = performance.now();
    judge(envelope);
    times.push((performance.now() - before) * 1_000);
  }
  tell({ times });
});
