import { describeFinding, explore } from './explore.ts';
import { type History, play } from './history.ts';
import { mutants } from './mutants.ts';
import { coreRules } from './rules.ts';

const { EXPLORER_RUNS = '100000', EXPLORER_SEED = '20261122', EXPLORER_PATH, EXPLORER_HISTORY } = process.env;
const runs = Number(EXPLORER_RUNS);

it(`keeps every promise in ${runs} random histories`, () => {
  const path = EXPLORER_PATH === undefined ? {} : { path: EXPLORER_PATH };
  const finding = explore(coreRules, { runs, seed: Number(EXPLORER_SEED), ...path });
  if (finding !== null) throw new Error(describeFinding(coreRules, finding));
});

it('plays one history, with its steps', () => {
  const history: History = JSON.parse(EXPLORER_HISTORY ?? '{"setup":0,"steps":[108,0,270],"doomed":0}');
  const lines: string[] = [];
  const world = play(coreRules, history, (line) => lines.push(line));
  if (EXPLORER_HISTORY !== undefined) console.log(lines.join('\n'));
  expect(lines).toContain('the world becomes quiet');
  expect(world.records).toHaveLength(world.revisions.length);
});

describe('a finding', () => {
  const mutant = mutants.find(({ name }) => name === 'an unreachable cache counts as consistent');
  const rules = { ...coreRules, ...mutant?.rules };
  const finding = explore(rules, { runs: 1_000, seed: 3 });

  it('is shrunk to the few steps that matter', () => {
    expect(finding?.history.steps.length).toBeLessThanOrEqual(3);
  });

  it('reads as a list of steps that ends with the broken promise', () => {
    const text = finding === null ? '' : describeFinding(rules, finding);
    expect(text).toMatch(/1\. .*(created is accepted|is unreachable)/);
    expect(text).toMatch(/BROKEN: no false OK: 1 was never in the cache of \w+ in [a-z0-9-]+/);
    expect(text).toContain(`EXPLORER_SEED=3 EXPLORER_PATH=${finding?.path}`);
  });

  it('is found again, as one history, by its seed and path', () => {
    const again = finding === null ? null : explore(rules, { runs: 1_000, seed: 3, path: finding.path });
    expect(again?.history).toEqual(finding?.history);
    expect(again?.runs).toBe(1);
  });
});
