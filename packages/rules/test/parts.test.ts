import { corpus } from '../bench/shared/corpus.ts';
import { allRules } from '../lib/catalogue.ts';
import { LazySubject } from '../lib/lazy-subject.ts';
import { partBit } from '../lib/plan.ts';

const subjects = corpus().map(([name, envelope]) => {
  const subject = new LazySubject(envelope);
  for (const { needs } of allRules) for (const fact of needs) subject.read(fact);
  return { name, subject };
});

it.each(allRules.flatMap((rule) => (rule.about === undefined ? [] : [[rule.id, rule.about, rule] as const])))(
  '%s finds nothing in flags without %s, so that it need not be asked',
  (_id, part, rule) => {
    const without = subjects.filter(({ subject }) => (subject.parts & partBit[part]) === 0);
    expect(without.length).toBeGreaterThan(10);
    const found = without.filter(({ subject }) => {
      subject.refill();
      return rule.check(subject).length > 0;
    });
    expect(found.map(({ name }) => name)).toEqual([]);
  },
);
