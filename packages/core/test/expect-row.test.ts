import { parseExpectRow } from '../lib/expect-row.ts';
import type { ExpectRow } from '../lib/ports/verification-store.ts';

const row: ExpectRow = {
  changeId: 'change-0001',
  flagKey: 'flag',
  order: { epoch: 1, revision: 2 },
  kind: 'updated',
  envelopeDigest: 'a',
  documentDigest: 'b',
  audience: ['billing'],
  departed: ['search'],
  topologyVersion: 1,
  expectedAt: 5,
  answer: 'open',
  refusal: null,
};

it('a row survives its table', () => {
  expect(parseExpectRow(JSON.stringify(row))).toEqual(row);
  expect(parseExpectRow(JSON.stringify({ ...row, audience: '*', refusal: 'FH-X-01' }))).toMatchObject({
    audience: '*',
  });
});

it('a row that does not fit names the place', () => {
  expect(() => parseExpectRow(JSON.stringify({ ...row, answer: 'maybe' }))).toThrow(
    'expectation row is not valid: /answer',
  );
});
