import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { visibleLines } from '../lib/abridged.ts';
import { catalogue } from '../lib/catalogue.ts';
import { describeRule, rulesInOrder } from '../lib/describe-rule.ts';
import { exampleEnvelope, type Patch } from '../lib/examples/envelope.ts';
import { familyOf, ruleFamilies } from '../lib/rule-families.ts';
import { validate } from '../lib/validate.ts';
import { documents } from '../scripts/documents.ts';

const directory = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(directory, file), 'utf8');

// What each family was planned to hold: 234 in all.
const planned = {
  KEY: 14,
  REV: 10,
  DOC: 14,
  VARIANT: 16,
  TARGET: 24,
  ROLLOUT: 16,
  PREREQ: 12,
  AUDIENCE: 14,
  KIND: 4,
  LIFE: 14,
  FREEZE: 12,
  PROMOTE: 12,
  APPROVE: 12,
  KILL: 8,
  SAFE: 20,
  LIMIT: 10,
  RECORD: 10,
  MONEY: 12,
};

it('has 234 rules, and every family as many as were planned', () => {
  const counts = Object.keys(ruleFamilies).map(
    (family) => [family, catalogue.filter(({ id }) => familyOf(id) === family).length] as const,
  );
  expect(Object.fromEntries(counts)).toEqual(planned);
  expect(catalogue).toHaveLength(234);
  expect(rulesInOrder()).toHaveLength(234);
});

it.each(Object.entries(documents()))('has a current %s', (file, content) => {
  if (read(file) !== content)
    throw new Error(`${file} is not what the rules say. Run "pnpm catalogue" in packages/rules and commit it.`);
});

it('shows of each example enough to break the rule again, unless it was too large to show', () => {
  const { base, rules } = JSON.parse(read('catalogue.json'));
  const brokenAgain = rules.filter(({ id, failing }: { id: string; failing: Record<string, object> }) => {
    const { evidence, change, at, ...rest } = failing;
    const patch = {
      ...rest,
      evidence: { ...base.evidence, ...evidence },
      change: { ...base.change, ...change },
      at: { ...base.at, ...at },
    } as Patch;
    const found = validate(exampleEnvelope(patch), ['change', 'standing']).violations;
    return found.length > 0 && found.every(({ ruleId }) => ruleId === id);
  });
  const abridged = rules.filter(({ failing }: object & { failing: object }) =>
    /… \(\d+ characters\)|… \d+ in all|"…"|… and so on|such as 1e999|half of a surrogate pair/.test(
      JSON.stringify(failing),
    ),
  );
  expect(brokenAgain.length).toBeGreaterThan(215);
  expect(rules.length - brokenAgain.length).toBeLessThanOrEqual(abridged.length);
});

it('shows nothing that cannot be seen, and keeps the names of all members', () => {
  const hostile = JSON.parse('{"__proto__":{"a\\u202eb":"\\ud83d \\u200b"},"constructor":[1]}');
  expect(visibleLines(hostile)).toBe('{ "__proto__": { "a\\u202eb": "\\ud83d \\u200b" }, "constructor": [1] }');
  for (const file of ['CATALOGUE.md', 'catalogue.json']) {
    expect(read(file).match(/(?!\n)[\p{C}\p{Zl}\p{Zp}\p{M}]/gu)).toBeNull();
  }
});

it('can be read by parsers that refuse half a surrogate pair, as jq and most databases do', () => {
  // JSON.stringify writes the halves, and only them, as escapes; whole pairs it writes as they are.
  expect(JSON.stringify(JSON.parse(read('catalogue.json')))).not.toMatch(/\\ud[89a-f]/i);
  expect(JSON.stringify(rulesInOrder().map(describeRule))).not.toMatch(/\\ud[89a-f]/i);
});

it('says of each rule what its failing example is told', () => {
  for (const rule of catalogue) {
    const { answer } = describeRule(rule);
    expect(answer.message).toMatch(/\.$/);
    expect(answer.hint).toMatch(/^[A-Z].*\.$/);
  }
});
