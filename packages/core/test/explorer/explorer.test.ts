import { describeFinding, explore } from './explore.ts';
import { coreRules } from './rules.ts';

const seed = Number(process.env['EXPLORER_SEED'] ?? 20_261);
const runs = Number(process.env['EXPLORER_RUNS'] ?? 100_000);
const path = process.env['EXPLORER_PATH'];

it(`keeps every promise in ${runs} random histories`, () => {
  const finding = explore(coreRules, { runs, seed, ...(path === undefined ? {} : { path }) });
  if (finding !== null) throw new Error(describeFinding(coreRules, finding));
}, 300_000);
