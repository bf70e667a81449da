import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copySources } from '../lib/copy-sources.ts';

const target = mkdtempSync(join(tmpdir(), 'copy-sources-'));
afterAll(() => rmSync(target, { recursive: true, force: true }));

it('takes along what the sources read: the fleet, and of the packages their data', () => {
  const copy = copySources(join(__dirname, '..', '..', '..', 'infra-tf', 'lib'), target);
  const there = (path: string): boolean => existsSync(join(target, path));
  expect(copy).toBe(join(target, 'infra-tf', 'lib'));
  expect(
    [
      'infra-tf/lib/modules/flag-plan/main.tf',
      'fleet/topology.json',
      'packages/wiring/lib/wiring.json',
      'packages/validator/lambda.json',
      'packages/rollback/lib/conclude-change.asl.json',
    ].filter((path) => !there(path)),
  ).toEqual([]);
  expect(there('packages/validator/lib/handler.ts')).toBe(false);
});
