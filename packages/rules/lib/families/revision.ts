import { digestOf } from '@flaghoist/core/canonical-json';
import { compareOrders, formatOrder } from '@flaghoist/core/order';
import { creation, type Examples, exampleBefore, type Patch, withChange, withFacts } from '../examples/envelope.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange, standing } from '../rule.ts';
import { RULES_VERSION } from '../version.ts';
import { authored } from './kind.ts';

const hint = 'Only the validator numbers and chains revisions. Write a proposal into the table `proposals` instead.';

const contiguous = standing<'current'>({
  id: 'FH-REV-01',
  protocol: true,
  title: 'Revisions of a flag follow each other without a gap',
  rationale: 'Global tables are last-writer-wins: a gap is the only trace of an accepted change that was overwritten.',
  appliesTo: authored,
  needs: ['current'],
  check: ({ envelope, facts: { current } }) => {
    const wanted = (current?.revision ?? 0) + 1;
    if (envelope.revision === wanted && (current === null || compareOrders(envelope, current) > 0)) return fine;
    return [
      {
        pointer: '/revision',
        message: `This is revision ${formatOrder(envelope)}; the one before is ${current === null ? 'none' : formatOrder(current)}; expected number ${wanted}.`,
        hint,
      },
    ];
  },
});

const chained = standing<'current'>({
  id: 'FH-REV-02',
  protocol: true,
  title: 'A revision names the digest of the one before it',
  rationale: 'The chain of digests is what an auditor checks: a revision that was slipped in or taken out breaks it.',
  appliesTo: authored,
  needs: ['current'],
  check: ({ envelope: { previousEnvelopeDigest }, facts: { current } }) => {
    const wanted = current?.envelopeDigest ?? null;
    if (previousEnvelopeDigest === wanted) return fine;
    return [
      {
        pointer: '/previousEnvelopeDigest',
        message: `It names ${show(previousEnvelopeDigest)}; the revision before has ${show(wanted)}.`,
        hint,
      },
    ];
  },
});

const cause = standing({
  id: 'FH-REV-03',
  protocol: true,
  title: 'A revert names the change it takes back and the revision before it; only it and a repeated kill have a cause',
  rationale:
    'A repeated attempt to revert recognises its own work by the cause; without it one failure is taken back twice.',
  check: ({ envelope: { kind, change, previousEnvelopeDigest } }) => {
    const isRevert = kind === 'rolled-back';
    const hasCause = change.causeId !== undefined;
    // The kill that carries out a former home's again names it.
    const mayHaveCause = isRevert || kind === 'killed';
    if (isRevert ? hasCause && previousEnvelopeDigest !== null : mayHaveCause || !hasCause) return fine;
    return [
      {
        pointer: '/change/causeId',
        message: `The change is ${kind}, its cause ${show(change.causeId)}, the digest before it ${show(previousEnvelopeDigest)}.`,
        hint: 'Only the rollback function writes reverts; to go back by hand, propose the earlier document as updated.',
      },
    ];
  },
});

const firstRepeated = (names: readonly string[]): number => {
  for (let index = 1; index < names.length; index += 1) if (names.indexOf(names[index] ?? '') < index) return index;
  return -1;
};

const regionsOnce = standing({
  id: 'FH-REV-06',
  protocol: true,
  title: 'The regions that must prove a revision are named once each',
  rationale:
    'A change is verified when as many regions have proven it as it names; one that counts twice hides another.',
  check: ({ envelope: { regions } }) => {
    const found = firstRepeated(regions);
    if (found < 0) return fine;
    return broken(
      pointerTo('regions', found),
      `The region ${show(regions[found])} is named twice; expected each once.`,
      hint,
    );
  },
});

const goodbye = standing({
  id: 'FH-REV-07',
  protocol: true,
  title: 'No service leaves the audience and stays in it',
  rationale:
    'It would be sent the flag and its tombstone under one order, and its cache would keep whichever came first.',
  check: (subject) => {
    const { audience, departed } = subject.envelope;
    const found = departed.findIndex((service) => {
      subject.spend(audience === '*' ? 1 : audience.length);
      return audience === '*' || audience.includes(service);
    });
    if (found < 0) return fine;
    return broken(
      pointerTo('departed', found),
      `The service ${show(departed[found])} departs and is in the audience; expected one or the other.`,
      hint,
    );
  },
});

export const standingRules: readonly AnyRule[] = [contiguous, chained, cause, regionsOnce, goodbye];

/** What has no canonical form has no digest; other rules say so. */
const digestible = ['FH-LIMIT-01', 'FH-SAFE-03', 'FH-SAFE-04'];

/** Whether home built the revision as it should. Regions recompute the digests of what they receive before any rule. */
export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-REV-04',
    protocol: true,
    title: 'The document is the one that its digest names',
    rationale: 'Caches are compared by this digest alone: with a wrong one, every cache would be found at fault.',
    appliesTo: 'all',
    after: digestible,
    check: ({ envelope: { documentDigest, document } }) => {
      const wanted = digestOf(document);
      if (documentDigest === wanted) return fine;
      return broken('/documentDigest', `It is ${show(documentDigest)}; the document has ${show(wanted)}.`, hint);
    },
  }),
  onChange({
    id: 'FH-REV-05',
    protocol: true,
    title: 'A change becomes one revision, not two',
    rationale:
      'Proposals are delivered at least once. A retry that is not recognised would repeat a change that was undone since.',
    appliesTo: authored,
    needs: ['before'],
    check: ({ envelope: { change }, facts: { before } }) =>
      before?.changeId === change.id
        ? broken(
            '/change/id',
            `The change ${show(change.id)} is already the revision before; expected a change of its own.`,
            'Give the change a new id, and leave the id alone when you only repeat the same proposal.',
          )
        : fine,
  }),
  onChange({
    id: 'FH-REV-08',
    protocol: true,
    title: 'A new document is judged by the newest rules that everybody knows',
    rationale:
      'Rules spare revisions that are older than themselves; one that only says it is older would escape them. One that a region cannot judge yet would be taken back.',
    changed: { version: 2 },
    needs: ['rulesVersion'],
    check: ({ envelope, facts }) =>
      envelope.rulesVersion === facts.rulesVersion
        ? fine
        : broken(
            '/rulesVersion',
            `The revision names version ${envelope.rulesVersion} of the rules; home and all serving regions know version ${facts.rulesVersion}.`,
            hint,
          ),
  }),
  onChange({
    id: 'FH-REV-09',
    protocol: true,
    title: 'A revision is not accepted before the one it follows',
    rationale:
      'An auditor reads the history by time as well as by number; a clock that was set back makes two histories.',
    appliesTo: authored,
    needs: ['before', 'policy'],
    check: ({ envelope: { at }, facts: { before, policy } }) => {
      if (before === null) return fine;
      const aheadSeconds = (before.acceptedAt - at.accepted) / 1000;
      if (aheadSeconds <= policy.maxClockSkewSeconds) return fine;
      return broken(
        '/at/accepted',
        `The revision before was accepted ${aheadSeconds} s later; clocks may differ by ${policy.maxClockSkewSeconds} s.`,
        'Report it to the platform team: a clock in the home region is wrong. Propose again once it is right.',
      );
    },
  }),
  onChange({
    id: 'FH-REV-10',
    protocol: true,
    title: 'The topology does not go back',
    rationale:
      'A validator with a stale topology would not expect services that have joined since, and call them proven.',
    appliesTo: authored,
    needs: ['before'],
    check: ({ envelope: { topologyVersion }, facts: { before } }) =>
      before === null || topologyVersion >= before.topologyVersion
        ? fine
        : broken(
            '/topologyVersion',
            `The topology is version ${topologyVersion}; the revision before had ${before.topologyVersion}.`,
            'Propose again; if it happens again, report that home reads an old topology.json.',
          ),
  }),
];

const acceptedBefore = (acceptedAt: number): Patch => withFacts({ before: { ...exampleBefore, acceptedAt } });

const afterChange = (changeId: string): Patch => withFacts({ before: { ...exampleBefore, changeId } });

const onTopology = (topologyVersion: number): Patch => withFacts({ before: { ...exampleBefore, topologyVersion } });

export const examples = (): Examples => ({
  'FH-REV-01': { failing: { revision: 3 }, passing: { revision: 2, epoch: 2 } },
  'FH-REV-02': { failing: { ...creation, previousEnvelopeDigest: 'b'.repeat(64) }, passing: creation },
  'FH-REV-03': {
    failing: withChange({ causeId: 'change-0001' }),
    passing: { kind: 'rolled-back', ...withChange({ causeId: 'change-0001' }) },
  },
  'FH-REV-04': { failing: { documentDigest: '0'.repeat(64) }, passing: {} },
  'FH-REV-05': { failing: afterChange('change-0002'), passing: afterChange('change-0001') },
  'FH-REV-06': {
    failing: { regions: ['eu-west-1', 'us-east-1', 'eu-west-1'] },
    passing: { regions: ['eu-west-1', 'us-east-1', 'eu-west-2'] },
  },
  'FH-REV-07': { failing: { departed: ['cards'] }, passing: { departed: [] } },
  'FH-REV-08': { failing: { rulesVersion: RULES_VERSION + 1 }, passing: { rulesVersion: RULES_VERSION } },
  'FH-REV-09': { failing: acceptedBefore(1_760_000_300_251), passing: acceptedBefore(1_760_000_300_250) },
  'FH-REV-10': { failing: onTopology(2), passing: onTopology(1) },
});
