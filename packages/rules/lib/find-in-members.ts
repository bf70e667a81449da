import { type Finding, fine, type Subject } from './rule.ts';

/** What `look` finds at each member of an object. Makes no list unless something is found: nearly always nothing is. */
export const findInMembers = (
  subject: Pick<Subject, 'spend'>,
  object: Readonly<Record<string, unknown>>,
  look: (name: string, value: unknown) => readonly Finding[],
): readonly Finding[] => {
  let findings: Finding[] | undefined;
  for (const name of Object.keys(object)) {
    subject.spend();
    const found = look(name, object[name]);
    if (found.length === 0) continue;
    findings ??= [];
    findings.push(...found);
  }
  return findings ?? fine;
};
