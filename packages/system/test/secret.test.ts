import { systemSecret } from '../lib/secret.ts';

it('is never the same, and as long as asked', () => {
  const secrets = Array.from({ length: 100 }, () => systemSecret(24));
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{32}$/);
});
