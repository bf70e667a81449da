import { type Examples, type Patch, withDocument } from '../examples/envelope.ts';
import type { Rule, SurveyRule } from '../rule.ts';
import type { Oddity } from '../survey.ts';

interface Refusal extends Pick<Rule, 'id' | 'title' | 'rationale' | 'changed' | 'protocol'> {
  oddity: Oddity;
  message: string;
  hint: string;
}

/** A rule that refuses one kind of oddity wherever the survey of the whole envelope has seen it. */
export const refusing = ({ oddity, message, hint, ...rule }: Refusal): SurveyRule => ({
  ...rule,
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: ['FH-LIMIT-01'],
  check: ({ survey }) => survey.oddities[oddity].map((pointer) => ({ pointer, message, hint })),
});

/** What would break the digest or an object's prototype, or deceive a reader. */
export const standingRules: readonly SurveyRule[] = [
  refusing({
    id: 'FH-SAFE-01',
    title: 'No name reaches an object’s prototype',
    rationale:
      'Prototype pollution (CWE-1321): code that merges the value gives every object in the process the author’s property.',
    oddity: 'polluting-key',
    message: 'The name of this member is __proto__, constructor or prototype.',
    hint: 'Choose another name.',
  }),
  refusing({
    id: 'FH-SAFE-02',
    title: 'Text has no control characters',
    rationale:
      'They forge lines in logs and hide text from reviewers (CWE-117); parsers of other languages refuse or drop them.',
    oddity: 'control-character',
    message: 'This text has a control character; only tab, line feed and carriage return are allowed.',
    hint: 'Remove the character; it often comes along when text is copied from a terminal.',
  }),
  refusing({
    id: 'FH-SAFE-03',
    title: 'Text is well-formed Unicode',
    rationale:
      'A lone surrogate has no form in UTF-8: each hop would replace it, and the digest would no longer fit (RFC 8785, 3.2.2.2).',
    oddity: 'lone-surrogate',
    message: 'This text has half a surrogate pair.',
    hint: 'Write the character whole; it was probably cut in the middle of an emoji.',
  }),
  refusing({
    id: 'FH-SAFE-04',
    title: 'Numbers are finite',
    rationale:
      'JSON reads 1e999 as infinity and cannot write it back (RFC 8785, 3.2.2.3): each language would serve another value.',
    oddity: 'number-not-finite',
    message: 'This number is too large for JSON: it is read as infinity.',
    hint: 'Use a number below 1.7e308, or text.',
  }),
  refusing({
    id: 'FH-SAFE-05',
    title: 'Text does not turn the direction of reading',
    rationale:
      'Trojan Source (CVE-2021-42574): with bidirectional controls a reviewer sees another rule than the one that is evaluated.',
    oddity: 'turning-character',
    message: 'This text has a character that turns the direction of reading, such as U+202E.',
    changed: { version: 2 },
    hint: 'Remove the character. The marks U+200E, U+200F and U+061C, which mixed texts need, may stand.',
  }),
  refusing({
    id: 'FH-SAFE-06',
    title: 'Text has no invisible characters',
    rationale:
      'Two values that look alike compare unequal, and a reviewer cannot see why: a zero-width space is often pasted along.',
    oddity: 'invisible-character',
    changed: { version: 2 },
    message: 'This text has a character that nobody can see, such as a zero-width space.',
    hint: 'Type the text anew instead of pasting it.',
  }),
];

const metadata = (value: unknown): Patch => withDocument({ metadata: { note: value } });

export const examples = (): Examples => ({
  'FH-SAFE-01': { failing: { source: JSON.parse('{"__proto__":1}') }, passing: { source: JSON.parse('{"proto":1}') } },
  'FH-SAFE-02': { failing: metadata('a\u0000b'), passing: metadata('a\tb') },
  'FH-SAFE-03': { failing: metadata('\ud83d'), passing: metadata('\ud83d\ude00') },
  'FH-SAFE-05': { failing: metadata('abc\u202ecba'), passing: metadata('\u0627\u0628\u062c') },
  'FH-SAFE-06': { failing: metadata('a\u200bb'), passing: metadata('\u{1f469}\u200d\u{1f680}') },
  'FH-SAFE-04': { failing: metadata(Number('1e999')), passing: metadata(1.5) },
});
