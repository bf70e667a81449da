import { runRules } from '../../lib/run-rules.ts';
import { catalogued, type Judge } from './judge.ts';

/** The rules themselves, with their messages and hints. */
export const prepare = (): Judge => (envelope) => [
  ...new Set(runRules(catalogued, envelope, ['change', 'standing']).violations.map(({ ruleId }) => ruleId)),
];
