import type { EventOf } from '@flaghoist/core/events';
import type { Proof } from '@flaghoist/core/proof';
import type { Topology } from '@flaghoist/core/topology';
import type { ChangeEvidence } from '../lib/change-evidence.ts';
import { rowsOf } from '../lib/rows.ts';

const services = ['login', 'session', 'consent'];
const topologyOf = (draining: readonly string[] = []): Topology => ({
  version: 1,
  home: 'us-east-1',
  regions: [{ name: 'us-east-1', state: 'serving' }],
  services: services.map((name) => ({
    name,
    cell: 'cell-1',
    owner: 'team',
    state: draining.includes(name) ? 'draining' : 'serving',
  })),
});

const evidence = (draining?: readonly string[]) =>
  ({
    envelope: { audience: '*', departed: [] },
    atAcceptance: topologyOf(),
    now: topologyOf(draining),
  }) as unknown as ChangeEvidence;

const proof = (given: Partial<Proof> = {}): Proof => ({
  region: 'us-east-1',
  verdict: 'consistent',
  services: [],
  degraded: [],
  look: 1,
  seenAt: 5,
  holding: 3,
  refusing: [],
  ...given,
});

type Verdict = EventOf<'RegionVerdict'>;
const event = (detail: Partial<Verdict['detail']> = {}): Verdict =>
  ({
    detail: { expected: 3, atFault: [], evidence: { logAndCache: 3, cacheOnly: 0, logOnly: 0 }, ...detail },
  }) as unknown as Verdict;

const shown = (given: { proof?: Proof | undefined; event?: Verdict | undefined }, draining?: readonly string[]) =>
  rowsOf({ region: 'us-east-1', proof: given.proof, event: given.event }, evidence(draining)).map(
    ({ service, verdict, evidence: by }) => `${service} ${verdict} ${by}`,
  );

it('has a row for each service, with what its region has counted', () => {
  expect(shown({ proof: proof(), event: event() })).toEqual([
    'consent consistent log-and-cache',
    'login consistent log-and-cache',
    'session consistent log-and-cache',
  ]);
  const cacheOnly = event({ evidence: { logAndCache: 0, cacheOnly: 3, logOnly: 0 } });
  expect(shown({ proof: proof(), event: cacheOnly })).toContain('login consistent cache-only');
  const mixed = event({ evidence: { logAndCache: 2, cacheOnly: 1, logOnly: 0 } });
  expect(shown({ proof: proof(), event: mixed })).toContain('login consistent cache');
  // The trail has not got it yet: home's own item says that they were seen, and not how.
  expect(shown({ proof: proof() })).toContain('login consistent cache');
});

it('names the caches at fault, and calls the others consistent only where the count says so', () => {
  const failing = { verdict: 'inconsistent' as const, services: ['login'] };
  const atFault = [{ service: 'login', reason: 'older', evidence: 'none' }];
  expect(shown({ proof: proof({ ...failing, holding: 2 }), event: event({ atFault }) })).toEqual([
    'consent consistent log-and-cache',
    'login inconsistent none',
    'session consistent log-and-cache',
  ]);
  expect(shown({ proof: proof({ ...failing, holding: 1 }), event: event({ atFault }) })).toEqual([
    'consent unknown none',
    'login inconsistent none',
    'session unknown none',
  ]);
  expect(shown({ proof: proof({ ...failing, holding: 2 }) })).toContain('login inconsistent none');
});

it('says nothing of a region that did not answer', () => {
  expect(shown({})).toEqual(services.toSorted().map((service) => `${service} unknown none`));
});

it('says that a service was not expected any more when the region looked', () => {
  const answered = { proof: proof({ holding: 2 }), event: event({ expected: 2 }) };
  expect(shown(answered, ['session'])).toEqual([
    'consent consistent log-and-cache',
    'login consistent log-and-cache',
    'session not-expected none',
  ]);
});
