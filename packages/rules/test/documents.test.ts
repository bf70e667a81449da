import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { visibleLines } from '../lib/abridged.ts';
import { allRules, catalogue, protocolChecks } from '../lib/catalogue.ts';
import { describeRule, protocolInOrder, rulesInOrder } from '../lib/describe-rule.ts';
import { exampleEnvelope, type Patch } from '../lib/examples/envelope.ts';
import { familyOf, ruleFamilies } from '../lib/rule-families.ts';
import { validate } from '../lib/validate.ts';
import { documentsOf } from '../scripts/documents.ts';
import { familyFiles, rulesIn } from '../scripts/families.ts';

const directory = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(directory, file), 'utf8');

it('is written from the rules: lists, version, catalogue and tables', async () => {
  const stale = Object.entries(await documentsOf(directory)).filter(([file, content]) => read(file) !== content);
  if (stale.length > 0) {
    const names = stale.map(([file]) => file).join(', ');
    throw new Error(
      `Not what the rules say: ${names}. Run "pnpm catalogue" in packages/rules and commit what it writes.`,
    );
  }
});

it('has a family for every rule, and rules in every family', () => {
  expect(rulesInOrder()).toHaveLength(catalogue.length);
  expect(protocolInOrder()).toHaveLength(protocolChecks.length);
  expect(new Set(allRules.map(({ id }) => familyOf(id)))).toEqual(new Set(Object.keys(ruleFamilies)));
});

it('lists each rule in one file only', async () => {
  const ids = (await familyFiles(directory)).flatMap(rulesIn).map(({ id }) => id);
  expect(ids.toSorted()).toEqual(allRules.map(({ id }) => id).toSorted());
  expect(new Set(ids).size).toBe(ids.length);
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
  expect(brokenAgain.length).toBeGreaterThan(rules.length * 0.9);
  expect(rules.length - brokenAgain.length).toBeLessThanOrEqual(abridged.length);
});

it('shows nothing that cannot be seen, and keeps the names of all members', () => {
  const hostile = JSON.parse('{"__proto__":{"a\\u202eb":"\\ud83d \\u200b"},"constructor":[1]}');
  expect(visibleLines(hostile)).toBe('{ "__proto__": { "a\\u202eb": "\\ud83d \\u200b" }, "constructor": [1] }');
  for (const file of ['CATALOGUE.md', 'catalogue/SAFE.md', 'catalogue/protocol.md', 'catalogue.json']) {
    expect(read(file).match(/(?!\n)[\p{C}\p{Zl}\p{Zp}\p{M}]/gu)).toBeNull();
  }
});

it('can be read by parsers that refuse half a surrogate pair, as jq and most databases do', () => {
  // JSON.stringify writes the halves, and only them, as escapes; whole pairs it writes as they are.
  expect(JSON.stringify(JSON.parse(read('catalogue.json')))).not.toMatch(/\\ud[89a-f]/i);
  expect(JSON.stringify(rulesInOrder().map(describeRule))).not.toMatch(/\\ud[89a-f]/i);
});

/** Rules come and go; how many there are is promised. */
const PROMISED = 234;

it('has as many business rules as are promised', () => {
  expect(catalogue).toHaveLength(PROMISED);
});

it('shows each rule once, on the page of its family, and what it costs in the list', () => {
  const pages = new Map([...Object.keys(ruleFamilies), 'protocol'].map((name) => [name, `catalogue/${name}.md`]));
  for (const rule of allRules) {
    const page = pages.get(rule.protocol === true ? 'protocol' : familyOf(rule.id)) ?? '';
    expect(read(page).split(`## ${rule.id}: `)).toHaveLength(2);
  }
  const index = read('CATALOGUE.md');
  for (const { id } of catalogue)
    expect(index).toMatch(new RegExp(`\\[${id}\\].*\\| \\d+ of \\d+ \\| \\d+ of \\d+ \\|`));
  for (const { id } of protocolChecks) expect(index).not.toContain(`[${id}]`);
});

it('shows what each failing example gets to read', () => {
  for (const rule of allRules) {
    const { answer } = describeRule(rule);
    expect(answer.message).toMatch(/\.$/);
    expect(answer.hint).toMatch(/^[A-Z].*\.$/);
  }
});
