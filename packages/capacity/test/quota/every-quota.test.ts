import { defaultsOnly } from '../../lib/quota/applied.ts';
import { checkQuotas } from '../../lib/quota/check.ts';
import { type QuotaList, shippedQuotas } from '../../lib/quota/quotas.ts';
import { richWorld } from '../rich-world.ts';

const load = { changesPerDay: 86_400 };
const world = richWorld();

/** The list with another limit for one quota, the same in all regions. */
const limitedTo = (id: string, limit: number): QuotaList => ({
  ...shippedQuotas,
  quotas: shippedQuotas.quotas.map((quota) => {
    const { regions: _, ...same } = quota;
    return quota.id === id ? { ...same, limit } : quota;
  }),
});

const verdictsOf = (id: string, list?: QuotaList) =>
  checkQuotas(world, { load, applied: defaultsOnly, ...(list && { list }) }).verdicts.filter(
    ({ quota }) => quota === id,
  );

it('the plans fit: nothing is exceeded by four services', () => {
  expect(checkQuotas(world, { load, applied: defaultsOnly }).counts.exceeded).toBe(0);
});

describe.each(shippedQuotas.quotas.map(({ id }) => id))('%s', (id) => {
  const found = verdictsOf(id);
  const used = Math.max(...found.map((each) => each.used));

  it('is read from the plans', () => {
    expect(found).not.toEqual([]);
    expect(used).toBeGreaterThanOrEqual(0);
  });

  it('is exceeded by more than its limit, and by nothing less', () => {
    const fullest = found.find((each) => each.used === used);
    const over = verdictsOf(id, limitedTo(id, used - 0.001)).find((each) => each.region === fullest?.region);
    // What was counted together may be less: nobody is sent away for it.
    expect(over?.status).toBe(fullest?.atMost === null ? 'exceeded' : 'undecided');
    expect(over?.request === null).toBe(fullest?.atMost !== null);
    const at = verdictsOf(id, limitedTo(id, used));
    expect(at.filter(({ status }) => status === 'exceeded')).toEqual([]);
  });
});

it('has a source for each number, and a date or the word that nobody noted one', () => {
  for (const { source, id } of shippedQuotas.quotas)
    expect([id, shippedQuotas.sources[source]?.url]).toEqual([id, expect.stringMatching(/^https?:/)]);
  const used = new Set(shippedQuotas.quotas.map(({ source }) => source));
  expect(Object.keys(shippedQuotas.sources).filter((name) => !used.has(name))).toEqual([]);
});

it('has each quota once, and each code', () => {
  const ids = shippedQuotas.quotas.map(({ id }) => id);
  const codes = shippedQuotas.quotas.flatMap(({ code, service }) => (code === null ? [] : [`${service} ${code}`]));
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(codes).size).toBe(codes.length);
});
