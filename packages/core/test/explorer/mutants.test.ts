import { explore } from './explore.ts';
import { mutants } from './mutants.ts';
import { coreRules } from './rules.ts';

const RUNS = 20_000;

describe(`within ${RUNS} histories the explorer finds`, () => {
  it.each(mutants)(
    '$name',
    ({ rules, breaks }) => {
      const finding = explore({ ...coreRules, ...rules }, { runs: RUNS, seed: 1, shrink: false, only: breaks });
      expect(finding?.promise).toContain(breaks);
    },
    60_000,
  );
});
