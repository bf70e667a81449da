// One seed for all property tests, so that a run says the same about the same commit everywhere. FLAGHOIST_SEED=random (or
// a number) looks at other cases; a failure prints the seed that finds it again.

const { createRequire } = require('node:module');
const { join } = require('node:path');

const seed = process.env['FLAGHOIST_SEED'] ?? '20261122';
const memberRequire = createRequire(join(process.cwd(), 'package.json'));

const fastCheck = () => {
  try {
    return memberRequire.resolve('fast-check');
  } catch {
    return undefined;
  }
};

const found = fastCheck();
if (found !== undefined && seed !== 'random') require(found).configureGlobal({ seed: Number(seed) });
