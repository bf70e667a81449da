import type { Members } from './members.ts';
import { type Finding, fine, type Subject } from './rule.ts';

/** What `look` finds at each member of an object. Makes no list unless something is found: nearly always nothing is. */
export const findInMembers = (
  subject: Pick<Subject, 'spend'>,
  { names, values }: Members,
  look: (name: string, value: unknown) => readonly Finding[],
): readonly Finding[] => {
  let findings: Finding[] | undefined;
  for (let index = 0; index < names.length; index += 1) {
    subject.spend();
    const found = look(names[index] ?? '', values[index]);
    if (found.length === 0) continue;
    findings ??= [];
    findings.push(...found);
  }
  return findings ?? fine;
};
