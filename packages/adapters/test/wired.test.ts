import { wired } from '../lib/wired.ts';

it('gives what was made at the first call from then on', () => {
  let made = 0;
  const wire = () => ({ number: ++made });
  expect(wired(wire)).toEqual({ number: 1 });
  expect(wired(wire)).toBe(wired(wire));
  expect(made).toBe(1);
});

it('keeps what each function makes apart', () => {
  const wireOne = () => ({ entryPoint: 'one' });
  const wireTwo = () => ({ entryPoint: 'two' });
  expect([wired(wireOne), wired(wireTwo), wired(wireOne)]).toEqual([
    { entryPoint: 'one' },
    { entryPoint: 'two' },
    { entryPoint: 'one' },
  ]);
});

it('tries again after a failure: a variable may have been set meanwhile', () => {
  let calls = 0;
  const wire = () => {
    calls++;
    if (calls === 1) throw new Error('not yet');
    return { calls };
  };
  expect(() => wired(wire)).toThrow('not yet');
  expect(wired(wire)).toEqual({ calls: 2 });
});
