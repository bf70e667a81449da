import {
  parseTopology,
  regionNames,
  serviceNames,
  servicesByCell,
  servingRegions,
  servingServices,
} from '../lib/topology.ts';
import { topologyOf } from './support.ts';

const topology = topologyOf({
  regions: { 'eu-west-1': 'serving', 'us-east-1': 'joining', 'ap-southeast-2': 'draining' },
  services: { billing: 'serving', search: 'joining', mail: 'draining', ledger: 'serving' },
});

it('only serving members are expected to answer', () => {
  expect(servingRegions(topology)).toEqual(['eu-west-1']);
  expect(servingServices(topology)).toEqual(['billing', 'ledger']);
  expect(regionNames(topology)).toEqual(['eu-west-1', 'us-east-1', 'ap-southeast-2']);
  expect(serviceNames(topology)).toEqual(['billing', 'search', 'mail', 'ledger']);
});

it('groups services by cell, in the order in which the cells appear', () => {
  const cells = ['cell-2', 'cell-1', 'cell-2', 'cell-10'];
  const spread = {
    ...topology,
    services: topology.services.map((service, index) => ({ ...service, cell: cells[index] ?? '' })),
  };
  const grouped = [...servicesByCell(spread)].map(([cell, services]) => [cell, services.map(({ name }) => name)]);
  expect(grouped).toEqual([
    ['cell-2', ['billing', 'mail']],
    ['cell-1', ['search']],
    ['cell-10', ['ledger']],
  ]);
});

describe('topology.json', () => {
  it('is read as it is', () => {
    expect(parseTopology(JSON.stringify(topology))).toEqual(topology);
  });

  it('may say of a service what data it may have, and need not', () => {
    const [first, ...others] = topology.services;
    const assessed = { ...first, dataClass: 'restricted', residencies: ['eu'] };
    const text = JSON.stringify({ ...topology, services: [assessed, ...others] });
    expect(parseTopology(text).services).toEqual([assessed, ...others]);
  });

  const [billing, search] = topology.services;

  it.each([
    {
      wrong: 'a region twice',
      change: { regions: [...topology.regions, ...topology.regions] },
      says: '/regions/3/name: the name is there twice',
    },
    {
      wrong: 'a service twice',
      change: { services: [billing, billing] },
      says: '/services/1/name: the name is there twice',
    },
    { wrong: 'a home that is joining', change: { home: 'us-east-1' }, says: '/home: must name a serving region' },
    { wrong: 'a home that is not there', change: { home: 'eu-north-1' }, says: '/home: must name a serving region' },
    { wrong: 'no services', change: { services: [] }, says: '/services' },
    { wrong: 'version 0', change: { version: 0 }, says: '/version' },
    { wrong: 'an unknown state', change: { services: [{ ...billing, state: 'asleep' }] }, says: '/services/0/state' },
    {
      wrong: 'a service without a cell',
      change: { services: [billing, { ...search, cell: '' }] },
      says: '/services/1/cell',
    },
    {
      wrong: 'a name with capitals',
      change: { services: [{ ...billing, name: 'Billing' }] },
      says: '/services/0/name',
    },
    {
      wrong: 'an unknown data class',
      change: { services: [{ ...billing, dataClass: 'secret' }] },
      says: '/services/0/dataClass',
    },
    {
      wrong: 'a service without any residency',
      change: { services: [{ ...billing, residencies: [] }] },
      says: '/services/0/residencies',
    },
    {
      wrong: 'what is no region',
      change: { regions: [{ name: 'Europe', state: 'serving' }] },
      says: '/regions/0/name',
    },
  ])('with $wrong is refused, naming the place', ({ change, says }) => {
    expect(() => parseTopology(JSON.stringify({ ...topology, ...change }))).toThrow(says);
  });

  it('that is not JSON is refused with a hint', () => {
    expect(() => parseTopology('{')).toThrow(
      expect.objectContaining({
        code: 'FH_INVALID_INPUT',
        hint: expect.stringContaining('home region must be serving'),
      }),
    );
  });
});
