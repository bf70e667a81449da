import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { chmodSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedKeysIn, signingKeyIn } from '../lib/signing-key.ts';
import { newPath, removePaths } from './support/folder.ts';

afterAll(removePaths);

it('is made once, and nobody else may read it', () => {
  const folder = newPath();
  const { id, secret } = signingKeyIn(folder);
  expect(statSync(join(folder, 'signing.key')).mode & 0o777).toBe(0o600);
  const again = signingKeyIn(folder);
  expect(again.id).toBe(id);
  expect(verify(null, Buffer.from('text'), again.published, sign(null, Buffer.from('text'), secret))).toBe(true);
});

it('keeps the public halves of the keys that were before', () => {
  const folder = newPath();
  const { id, published } = signingKeyIn(folder);
  renameSync(join(folder, 'signing.key'), join(folder, 'signing.key.old'));
  const next = signingKeyIn(folder);
  expect(next.id).not.toBe(id);
  expect(publishedKeysIn(folder).some((key) => key.equals(published))).toBe(true);
  expect(readdirSync(join(folder, 'public-keys')).sort()).toEqual([`${id}.pem`, `${next.id}.pem`].sort());
});

it.each<[string, (file: string) => void]>([
  ['may be read by others', (file) => chmodSync(file, 0o644)],
  ['is no key', (file) => writeFileSync(file, 'text')],
  [
    'is a key of another kind',
    (file) =>
      writeFileSync(
        file,
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
      ),
  ],
])('is refused when it %s', (_, spoil) => {
  const folder = newPath();
  signingKeyIn(folder);
  spoil(join(folder, 'signing.key'));
  expect(() => signingKeyIn(folder)).toThrow(expect.objectContaining({ code: 'FH_DATA_KEY' }));
});
