import * as fc from 'fast-check';
import { proveRow } from '../lib/prove.ts';
import type { Receipt } from '../lib/receipt.ts';
import { placeOf, rowHash, textOf } from '../lib/seal.ts';
import { verifyText } from '../lib/verify.ts';
import { key, otherKey, otherSigner, sampleReceipt } from './sample.ts';

let receipt: Receipt;
beforeAll(async () => {
  receipt = await sampleReceipt();
});

const found = (document: object, keys = [key]) =>
  verifyText(textOf(document), keys).findings.map(({ part, place }) => `${part} ${place}`);

const first = 'eu-west-1 service-0';

type Path = readonly (string | number)[];

const memberAt = (document: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, name) => (at as Readonly<Record<string | number, unknown>>)[name], document);

/** The document with something in it altered. */
const altered = <T extends object>(document: T, path: Path, value: unknown): T => {
  const copy = structuredClone(document);
  const parent = memberAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  parent[path.at(-1) ?? ''] = value;
  return copy;
};

it('finds nothing in what was signed, and says by which key', () => {
  expect(verifyText(textOf(receipt), [otherKey, key])).toMatchObject({ findings: [], keyId: key.id });
});

const digest = 'ab'.repeat(32);

it.each<[string, Path, unknown, readonly string[]]>([
  ['a fact', ['facts', 'rulesVersion'], 4, ['fact /facts/rulesVersion']],
  ['a fact within', ['facts', 'approvals', 0, 'actor'], 'eve', ['fact /facts/approvals']],
  ['the hash of a fact', ['seal', 'facts', 'state'], digest, ['seal /seal/facts/state']],
  ['a row', ['rows', 0, 'verdict'], 'consistent', [`row /rows/${first}`]],
  ['the hash beside a row', ['rows', 0, 'leaf'], digest, [`leaf /rows/${first}`]],
  ['the root', ['seal', 'tree', 'root'], digest, ['tree /seal/tree/root']],
  ['the size', ['seal', 'tree', 'size'], 5, ['tree /seal/tree/size']],
  ['the signature', ['seal', 'signature'], 'ab'.repeat(64), ['signature /seal/signature']],
  ['the key that it names', ['seal', 'keyId'], otherKey.id, ['key /seal/keyId']],
])('names %s that was altered, and nothing else', (_, path, value, findings) => {
  expect(found(altered(receipt, path, value))).toEqual(findings);
});

it('names rows that were taken out, and those that were altered with the hash beside them', () => {
  expect(found({ ...receipt, rows: receipt.rows.slice(1) })).toEqual(['tree /rows']);
  const [row, ...others] = receipt.rows;
  const forged = { ...row, verdict: 'consistent' } as Receipt['rows'][number];
  expect(found({ ...receipt, rows: [{ ...forged, leaf: rowHash(forged) }, ...others] })).toEqual(['tree /rows']);
  expect(found({ ...receipt, rows: receipt.rows.toReversed() })).toContain(`row /rows/${first}`);
});

it('takes nothing that another key has signed, though everything in it fits', async () => {
  const forged = await sampleReceipt(3, otherSigner);
  expect(found(forged)).toEqual(['key /seal/keyId']);
  expect(found(altered(forged, ['seal', 'keyId'], key.id))).toEqual(['signature /seal/signature']);
  expect(found(receipt, [])).toEqual(['key /seal/keyId']);
});

it('takes nothing of a key that another environment has', () => {
  const elsewhere = { ...key, environment: 'staging' };
  expect(verifyText(textOf(receipt), [elsewhere])).toMatchObject({
    keyId: null,
    findings: [
      {
        part: 'key',
        place: '/facts/environment',
        message: `it names the environment embedded, and the key ${key.id} is one of staging`,
      },
    ],
  });
  // Both environments may have the key: then it is good in either.
  expect(verifyText(textOf(receipt), [elsewhere, key])).toMatchObject({ findings: [], keyId: key.id });
  const moved = altered(receipt, ['facts', 'environment'], 'staging');
  expect(found(moved, [elsewhere, key])).toEqual(['fact /facts/environment']);
});

it('proves any row by itself, and no other in its place', () => {
  const rows = receipt.rows.length;
  fc.assert(
    fc.property(fc.nat(rows - 1), fc.nat(rows - 1), (index, other) => {
      const [row, stranger] = [receipt.rows[index], receipt.rows[other]];
      if (row === undefined || stranger === undefined) throw new Error('no row');
      const proof = proveRow(receipt, row);
      expect(found(proof)).toEqual([]);
      if (other !== index) expect(found({ ...proof, row: stranger })).toEqual(['proof /proof']);
      if (other !== index) expect(found(altered(proof, ['proof', 'index'], other))).not.toEqual([]);
      expect(found(altered(proof, ['row', 'seenAt'], 4))).toEqual([`row /rows/${placeOf(row)}`]);
      expect(found(altered(proof, ['row', 'leaf'], digest))).toEqual([`leaf /rows/${placeOf(row)}`]);
      expect(found(altered(proof, ['proof', 'path', 0], digest))).toEqual(['proof /proof']);
    }),
    { numRuns: 30 },
  );
  expect(() => proveRow(receipt, { region: 'eu-west-1', service: 'nobody' })).toThrow('there is none of nobody');
});

/** Either it is refused with the places that do not fit, or something is found. */
const isCaught = (text: string): boolean => {
  try {
    return verifyText(text, [key]).findings.length > 0;
  } catch (error) {
    expect(error).toMatchObject({
      code: 'FH_INVALID_INPUT',
      places: expect.arrayContaining([expect.stringMatching(/^\/|^not JSON/)]),
    });
    return true;
  }
};

it('catches any one byte that is altered, in a receipt and in a proof', () => {
  const [row] = receipt.rows;
  if (row === undefined) throw new Error('no row');
  const texts = [textOf(receipt), textOf(proveRow(receipt, row))];
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, place, flip) => {
      const bytes = Buffer.from(text);
      const at = place % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      expect(isCaught(bytes.toString('utf8'))).toBe(true);
    }),
    { numRuns: 1_500 },
  );
});

/** Every place of a document at which there is a value. */
const pathsIn = (value: unknown, path: Path = []): readonly Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, each]) => pathsIn(each, [...path, name]))
    : [path];

const saidOf = (document: object): string => {
  try {
    return found(document).join();
  } catch (error) {
    return (error as { readonly places: readonly string[] }).places.join();
  }
};

it('names every member that is altered, wherever it stands', () => {
  const unnamed = pathsIn(receipt).flatMap((path) => {
    const value = memberAt(receipt, path);
    const other = typeof value === 'number' ? value + 1 : typeof value === 'string' ? flipped(value) : 'x';
    const said = saidOf(altered(receipt, path, other));
    const [top, second] = path;
    const place = top === 'rows' ? '/rows' : top === 'facts' || top === 'seal' ? `/${top}/${second}` : `/${top}`;
    return said.includes(place) ? [] : [`${path.join('/')}: ${said}`];
  });
  expect(unnamed).toEqual([]);
});

/** Another text of the same form. */
const flipped = (text: string): string => (text.startsWith('a') ? `b${text.slice(1)}` : `a${text.slice(1)}`);

it.each([
  ['nothing', '', 'not JSON'],
  ['another document', '{"schema":1}', '/document'],
  ['a list', '[]', 'it is no receipt'],
  ['a newer form', '{"document":"flaghoist-receipt","schema":2}', 'is 2, and this release reads 1'],
  ['a member too many', () => textOf({ ...receipt, extra: 1 }), 'extra'],
  ['a tree beyond all measure', () => textOf(altered(receipt, ['seal', 'tree', 'size'], 2 ** 40)), '/seal/tree/size'],
  ['a deep text', '['.repeat(200_000), 'not JSON'],
])('refuses %s by name', (_, text, place) => {
  expect(() => verifyText(typeof text === 'string' ? text : text(), [key])).toThrow(place);
});

it('is no longer what was written when it is only laid out anew, or says a thing twice', () => {
  const laidOut = verifyText(JSON.stringify(receipt, null, 2), [key]);
  expect(laidOut.findings.map(({ part }) => part)).toEqual(['form']);
  const twice = textOf(receipt).replace('{"document"', '{"schema":1,"document"');
  expect(verifyText(twice, [key]).findings.map(({ part }) => part)).toEqual(['form']);
});
