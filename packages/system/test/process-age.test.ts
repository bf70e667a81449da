import { processAge } from '../lib/process-age.ts';

// process.uptime() begins a little later, so it cannot bound the age.
// biome-ignore lint/plugin: this is the test of the real clock
const clock = () => performance.now();

it('grows from the beginning of the process, and never runs backwards', () => {
  const [before, ...ages] = [clock(), ...Array.from({ length: 100 }, () => processAge()), clock()];
  expect(before).toBeGreaterThan(0);
  expect([before, ...ages]).toEqual([before, ...ages].sort((a, b) => a - b));
});
