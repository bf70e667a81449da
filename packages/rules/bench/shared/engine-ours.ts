import { runRules } from '../../lib/run-rules.ts';
import { catalogued, type Judge } from './judge.ts';

const none: readonly string[] = [];

/** The rules themselves, with their messages and hints. */
export const prepare = (): Judge => (envelope) => {
  const { violations } = runRules(catalogued, envelope, ['change', 'standing']);
  return violations.length === 0 ? none : [...new Set(violations.map(({ ruleId }) => ruleId))];
};
