import { processAge } from '../lib/process-age.ts';

it('grows from the beginning of the process, and never runs backwards', () => {
  const ages = Array.from({ length: 100 }, () => processAge());
  expect(ages[0]).toBeGreaterThan(0);
  expect(ages[0]).toBeLessThanOrEqual(Math.ceil(process.uptime() * 1000));
  expect(ages).toEqual([...ages].sort((a, b) => a - b));
});
