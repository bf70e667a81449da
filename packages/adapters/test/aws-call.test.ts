import { callAws } from '../lib/aws-call.ts';

class AwsError extends Error {
  constructor(name: string, message: string, more: object = {}) {
    super(message);
    Object.assign(this, { name, ...more });
  }
}

const hintOf = (error: unknown): Promise<string> =>
  callAws('table flags', Promise.reject(error)).then(
    () => 'nothing',
    ({ hint }: { readonly hint: string }) => hint,
  );

it.each([
  [
    new AwsError('CredentialsProviderError', 'Could not load credentials from any providers'),
    'There are no credentials that AWS takes (CredentialsProviderError: Could not load credentials from any providers). Log in to the account, or name a profile in AWS_PROFILE.',
  ],
  [
    new AwsError('AccessDeniedException', 'not authorized to perform: dynamodb:GetItem'),
    'AWS answered AccessDeniedException: not authorized to perform: dynamodb:GetItem. It may be tried again.',
  ],
  [new AwsError('Error', '', { code: 'ECONNREFUSED' }), 'AWS answered Error: ECONNREFUSED. It may be tried again.'],
  [new AwsError('TimeoutError', ''), 'AWS answered TimeoutError. It may be tried again.'],
  ['gone', 'AWS answered gone. It may be tried again.'],
])('says of %s what there is to do', async (error, hint) => {
  expect(await hintOf(error)).toBe(hint);
});

it('quotes no more of an answer than a line of a log should hold', async () => {
  expect((await hintOf(new AwsError('ValidationException', 'x'.repeat(10_000)))).length).toBeLessThan(400);
});
