import { join } from 'node:path';
import { fillTheDisk, killAgainAndAgain } from './support/mortal.ts';

const program = join(__dirname, 'support', 'living.ts');
const KILLS = 20;
const SEEDS = [2_026, 1_129];
/** Not a statement about speed: these worlds live on the wall clock, where a workflow takes minutes. */
jest.setTimeout(3_600_000);

describe('killed by SIGKILL at random points', () => {
  it.each(SEEDS)(`a world misses nothing, doubles nothing and finishes what it had begun (seed %i)`, async (seed) => {
    expect(await killAgainAndAgain(program, { seed, kills: KILLS / SEEDS.length })).toEqual([]);
  });
});

describe('on a disk that is full', () => {
  it('a world refuses what does not fit, serves what is there, and has lost nothing once there is room', async () => {
    const { refused, broken } = await fillTheDisk(program);
    expect(refused).toMatchObject({ said: 'refused', code: 'FH_DATA_NOT_WRITABLE', served: true });
    expect(broken).toEqual([]);
  });
});
