import * as fc from 'fast-check';
import {
  type Audience,
  concerned,
  departedAfter,
  expectedServices,
  isMember,
  membersOf,
  normaliseAudience,
} from '../lib/audience.ts';
import type { MemberState } from '../lib/topology.ts';
import { topologyOf } from './support.ts';

const NAMES = ['billing', 'ledger', 'search', 'mail'];
const names = fc.subarray(NAMES);
const audiences: fc.Arbitrary<Audience> = fc.oneof(fc.constant<Audience>('*'), fc.subarray(NAMES, { minLength: 1 }));
const states = fc.constantFrom<MemberState | undefined>('serving', 'joining', 'draining', undefined);
const topologies = fc.tuple(states, states, states, states).map((found) =>
  topologyOf({
    services: Object.fromEntries(
      NAMES.flatMap((name, index): [string, MemberState][] => {
        const state = found[index];
        return state === undefined ? [] : [[name, state]];
      }),
    ),
  }),
);
const stateIn = ({ services }: ReturnType<typeof topologyOf>, name: string) =>
  services.find((service) => service.name === name)?.state;

describe('an audience', () => {
  it('is stored sorted and without repeats', () => {
    expect(normaliseAudience(['search', 'billing', 'search'])).toEqual(['billing', 'search']);
    expect(normaliseAudience('*')).toBe('*');
  });

  it('of * has every service of the topology as a member, whatever its state', () => {
    const topology = topologyOf({ services: { billing: 'serving', search: 'joining', mail: 'draining' } });
    expect(membersOf('*', topology)).toEqual(['billing', 'search', 'mail']);
    expect(isMember('*', 'anybody')).toBe(true);
    expect(isMember(['billing'], 'search')).toBe(false);
  });
});

describe('departed (rule 7)', () => {
  const topology = topologyOf();

  it.each([
    { name: 'nobody when there was nothing', previous: null, audience: ['billing'], departed: [] },
    {
      name: 'whoever was in the audience and is not now',
      previous: { audience: ['billing', 'search'], departed: [], verified: false },
      audience: ['billing'],
      departed: ['search'],
    },
    {
      name: 'all others when * becomes a list',
      previous: { audience: '*' as const, departed: [], verified: false },
      audience: ['billing'],
      departed: ['ledger', 'search'],
    },
    {
      name: 'also those of an unverified revision before, who may not have heard',
      previous: { audience: ['billing'], departed: ['search'], verified: false },
      audience: ['billing'],
      departed: ['search'],
    },
    {
      name: 'not those of a verified one, who have acknowledged',
      previous: { audience: ['billing'], departed: ['search'], verified: true },
      audience: ['billing'],
      departed: [],
    },
    {
      name: 'nobody who is back',
      previous: { audience: ['billing'], departed: ['search'], verified: false },
      audience: ['search'],
      departed: ['billing'],
    },
    {
      name: 'nobody when all are in',
      previous: { audience: ['billing'], departed: ['search'], verified: false },
      audience: '*' as const,
      departed: [],
    },
  ])('are $name', ({ previous, audience, departed }) => {
    expect(departedAfter(previous, audience, topology)).toEqual(departed);
  });

  it('and the audience share nobody, and together lose nobody who was told before', () => {
    fc.assert(
      fc.property(audiences, names, fc.boolean(), audiences, topologies, (before, left, verified, audience, known) => {
        const departed = departedAfter({ audience: before, departed: left, verified }, audience, known);
        for (const service of departed) expect(isMember(audience, service)).toBe(false);
        const told = [...membersOf(before, known), ...(verified ? [] : left)];
        for (const service of told) expect(isMember(audience, service) || departed.includes(service)).toBe(true);
        for (const service of departed) expect(told).toContain(service);
        expect(departed).toEqual([...new Set(departed)].sort());
      }),
    );
  });

  const all = topologyOf({ services: Object.fromEntries(NAMES.map((name) => [name, 'serving'])) });

  it('of a chain of unverified revisions reach everybody who was ever in', () => {
    fc.assert(
      fc.property(fc.array(audiences, { minLength: 2, maxLength: 6 }), (chain) => {
        let previous: { audience: Audience; departed: readonly string[]; verified: boolean } | null = null;
        for (const audience of chain) {
          previous = { audience, departed: departedAfter(previous, audience, all), verified: false };
        }
        const last = concerned(previous ?? { audience: '*', departed: [] });
        const everybody = chain.flatMap((audience) => membersOf(audience, all));
        if (!last.includes('*')) expect(last).toEqual([...new Set(everybody)].sort());
      }),
    );
  });
});

describe('the services a message concerns', () => {
  it('are its audience and its departed, or all', () => {
    expect(concerned({ audience: ['search'], departed: ['billing'] })).toEqual(['billing', 'search']);
    expect(concerned({ audience: '*', departed: [] })).toEqual(['*']);
  });
});

describe('the expected services (rules 7 and 8)', () => {
  it.each<{ name: string; first: MemberState | undefined; now: MemberState | undefined; expected: boolean }>([
    { name: 'serves then and now', first: 'serving', now: 'serving', expected: true },
    { name: 'was joining at acceptance', first: 'joining', now: 'serving', expected: false },
    { name: 'was not there at acceptance', first: undefined, now: 'serving', expected: false },
    { name: 'is draining by now', first: 'serving', now: 'draining', expected: false },
    { name: 'is gone by now', first: 'serving', now: undefined, expected: false },
    { name: 'left and joins again', first: 'serving', now: 'joining', expected: false },
  ])('count a service that $name: $expected', ({ first, now, expected }) => {
    const at = (state: MemberState | undefined) =>
      topologyOf({ services: { billing: 'serving', ...(state === undefined ? {} : { search: state }) } });
    const services = expectedServices({ audience: '*', departed: [] }, at(first), at(now));
    expect(services).toEqual(expected ? ['billing', 'search'] : ['billing']);
  });

  it('are exactly those that are named, served at acceptance and serve now', () => {
    fc.assert(
      fc.property(audiences, names, topologies, topologies, (audience, departed, then, now) => {
        const expected = expectedServices({ audience, departed }, then, now);
        const wanted = NAMES.filter(
          (name) =>
            (audience === '*' || audience.includes(name) || departed.includes(name)) &&
            stateIn(then, name) === 'serving' &&
            stateIn(now, name) === 'serving',
        );
        expect(expected).toEqual(wanted.sort());
      }),
    );
  });
});
