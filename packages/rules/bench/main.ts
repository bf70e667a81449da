import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { catalogue } from '../lib/catalogue.ts';
import { measureSecrets } from '../test/secrets/measure.ts';
import { coldStarts } from './cold.ts';
import { type EngineProcess, started } from './engine-process.ts';
import { type Report, rowsOf, targetsOf, textOf } from './report.ts';
import { corpus } from './shared/corpus.ts';
import { sharedRules } from './shared/rules.ts';
import type { Case } from './worker.ts';

const ROUNDS = 30;
const PROCESSES = 15;
const CALLS: Readonly<Record<Case, number>> = { valid: 200, '12 violations': 200, '98 KiB': 20, '98 KiB of text': 20 };
const WARM_UP_ROUNDS = 10;

/** Rounds in which the engines take turns, so that what disturbs the machine disturbs all alike. */
const race = async (engines: readonly EngineProcess[], cases: readonly Case[]): Promise<void> => {
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const of of cases) for (const engine of engines) await engine.time(of, CALLS[of], round >= 0);
  }
};

/** @throws Error when two engines say different things of an envelope: then their times say nothing */
const agree = async ([first, ...others]: readonly EngineProcess[]): Promise<void> => {
  const wanted = (await first?.verdicts()) ?? [];
  for (const other of others) {
    const found = await other.verdicts();
    const different = wanted.filter((verdict, index) => verdict !== found[index]);
    if (different.length > 0)
      throw new Error(`${other.name} judges differently from ${first?.name}: ${different.slice(0, 5).join('; ')}`);
  }
};

const loadNow = (): number => loadavg()[0] ?? Number.NaN;

const measure = async (): Promise<Report> => {
  const loadBefore = loadNow();
  const cases: readonly Case[] = ['valid', '12 violations', '98 KiB', '98 KiB of text'];
  const own = await started(['all rules', 'standing rules']);
  await race(own, cases);
  for (const engine of own) engine.stop();

  const engines = await started(['flaghoist', 'ajv', 'zod', 'json-logic-engine']);
  await agree(engines);
  const small = cases.slice(0, 2);
  await race(engines, small);
  for (const engine of engines) engine.stop();

  const cold = await coldStarts(PROCESSES);
  const { missed: _missed, alarms: _alarms, ...secrets } = measureSecrets();
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    load: [loadBefore, loadNow()],
    rules: catalogue.length,
    catalogue: rowsOf(own, cases),
    sharedRules: sharedRules.length,
    corpus: corpus().length,
    shared: rowsOf(engines, small),
    setUpMs: Object.fromEntries(engines.map(({ name, setUpMs }) => [name, setUpMs])),
    cold,
    secrets,
  };
};

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const report = await measure();
console.log(values.json ? JSON.stringify({ ...report, targets: targetsOf(report) }, null, 2) : textOf(report));
