import { allRules } from '../../lib/catalogue.ts';
import { exampleEnvelope } from '../../lib/examples/envelope.ts';
import { examples } from '../../lib/examples/examples.ts';
import { runRules } from '../../lib/run-rules.ts';

/** For each rule from one place up to another: the rules whose failing example is missed without it. */
export const missedWithout = (from: number, to: number): Record<string, readonly string[]> => {
  const failing = Object.entries(examples).map(([id, example]) => [id, exampleEnvelope(example.failing)] as const);
  return Object.fromEntries(
    allRules.slice(from, to).map(({ id }) => {
      const rest = allRules.map((rule) => (rule.id === id ? { ...rule, check: () => [] } : rule));
      const missed = failing.filter(
        ([rule, envelope]) =>
          !runRules(rest, envelope, ['change', 'standing']).violations.some(({ ruleId }) => ruleId === rule),
      );
      return [id, missed.map(([rule]) => rule)];
    }),
  );
};
