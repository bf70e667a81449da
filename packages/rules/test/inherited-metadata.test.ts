import { exampleEnvelope, withDocument, withPolicy } from '../lib/examples/envelope.ts';
import { validate } from '../lib/validate.ts';

const found = (
  patch: Parameters<typeof exampleEnvelope>[0],
  phases: ('change' | 'standing')[] = ['change', 'standing'],
) => validate(exampleEnvelope(patch), phases).violations.map(({ ruleId, pointer }) => `${ruleId} ${pointer}`);

it('says for each flag of a file what it does not say itself', () => {
  const required = withPolicy({ requiredMetadata: ['contact'] });
  expect(found({ ...required, source: { metadata: { contact: 'payments' } } })).toEqual([]);
  expect(found({ ...required, source: { metadata: {} } })).toHaveLength(1);
});

it('is judged in its place', () => {
  expect(found({ source: { metadata: { 'a/b~c': { team: 'x' } } } })).toEqual([
    'FH-DOC-07 /source/metadata/a~1b~0c',
    'FH-DOC-08 /source/metadata/a~1b~0c',
  ]);
  expect(found({ source: { metadata: { type: 'release', expires: '2020-01-01' } } })).toEqual([
    'FH-LIFE-06 /source/metadata/expires',
  ]);
  expect(found({ source: { metadata: 'payments' } })).toEqual(['FH-DOC-06 /source/metadata']);
});

it('yields to what the flag says', () => {
  const own = withDocument({ metadata: { version: 2 } });
  expect(found({ ...own, source: { metadata: { version: '1' } } })).toEqual(['FH-DOC-09 /document/metadata/version']);
});

it('was not looked at before: flags that were accepted then keep that answer', () => {
  const source = { metadata: { contact: { team: 'x' } } };
  expect(found({ source, rulesVersion: 1 }, ['standing'])).toEqual([]);
  expect(found({ source: { metadata: 'payments' }, rulesVersion: 1 }, ['standing'])).toEqual([]);
});
