import { describeError, errorDescription } from '../lib/describe-error.ts';
import { UnavailableError } from '../lib/errors.ts';

it('gives an error with its code, and the hint on a line of its own', () => {
  const error = new UnavailableError('the moon', 'Wait for the night.');
  expect(describeError(error)).toBe('error FH_UNAVAILABLE: the moon is not available\nhint: Wait for the night.');
  expect(describeError(error, { mark: (word) => `<${word}>` })).toMatch(/^<error> FH_UNAVAILABLE: /);
  const typed = (hint: string) => hint.toUpperCase();
  expect(describeError(error, { typed })).toBe(
    'error FH_UNAVAILABLE: the moon is not available\nhint: WAIT FOR THE NIGHT.',
  );
});

it('shows what an error quotes, and lets none of it act on a terminal', () => {
  expect(describeError(new UnavailableError('a\u001b[2J\u202eb\n\tc', 'Wait.'))).toBe(
    'error FH_UNAVAILABLE: a\\u001b[2J\\u202eb\n\tc is not available\nhint: Wait.',
  );
});

it('takes what is none of ours for a defect, and tells where it was thrown', () => {
  const { code, message, hint } = errorDescription(new Error('boom'));
  expect(code).toBe('FH_INTERNAL');
  expect(message).toMatch(/boom\n +at /);
  expect(hint).toContain('defect');
  expect(errorDescription('boom')).toMatchObject({ code: 'FH_INTERNAL', message: 'boom' });
});
