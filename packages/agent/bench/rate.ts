import { type Times, takenBy, timesOf } from './figures.ts';
import { startLineProgram } from './line-program.ts';
import { flagKeyOf, programs, type Served } from './served.ts';

const FLAGS = 1_000;
const PER_SECOND = 1_000;
const SECONDS = { warmUp: 5, measured: 20 };

export interface RateRow extends Times {
  readonly flags: number;
  readonly perSecond: number;
  readonly refused: number;
  /** By which the generator itself was late: it is part of the times. */
  readonly generatorP99Ms: number;
  readonly cpuMsPerEvaluation: number;
  readonly rssMb: number;
}

/**
 * Evaluations over OFREP at a fixed rate. Each is sent when it is due, whether the one before was answered or not, and its time counts
 * from when it was due: an agent that stands still for a moment is charged with all who would have asked then.
 */
export const measureRate = async (served: Served): Promise<RateRow> => {
  const program = programs.bench();
  const { http, processId, stop } = await served.startService('rate', FLAGS);
  const url = `http://127.0.0.1:${http}/ofrep/v1/evaluate/flags/${flagKeyOf(FLAGS / 2)}`;
  const body = JSON.stringify({ context: { targetingKey: 'ada', country: 'AT', tier: 'gold' } });
  const load = async (seconds: number): Promise<{ took: number[]; late: number[]; refused: number }> => {
    const generator = startLineProgram(program, ['load', url, body, String(PER_SECOND), String(seconds)]);
    return JSON.parse(await generator.heard());
  };
  await load(SECONDS.warmUp);
  const before = takenBy(processId);
  const { took, late, refused } = await load(SECONDS.measured);
  const after = takenBy(processId);
  stop();
  const inMs = (microseconds: readonly number[]): number[] => microseconds.map((each) => each / 1_000);
  return {
    ...timesOf(inMs(took)),
    ...{ flags: FLAGS, perSecond: PER_SECOND, refused, rssMb: after.rssMb },
    generatorP99Ms: timesOf(inMs(late)).p99Ms,
    cpuMsPerEvaluation: (after.cpuMs - before.cpuMs) / took.length,
  };
};
