import { expectedServices } from '../../lib/audience.ts';
import { acknowledges, compareAndSet } from '../../lib/compare-and-set.ts';
import { decide } from '../../lib/decision.ts';
import { heldOf, isDue } from '../../lib/held.ts';
import { supersedesProof } from '../../lib/proof.ts';
import { endsSearch } from '../../lib/revert-target.ts';
import { buildRevert, buildRevision } from '../../lib/revision.ts';
import type { Topology } from '../../lib/topology.ts';
import { isBehind, judgeService, worst } from '../../lib/verdict.ts';

/** The functions under exploration. The model takes them as a parameter, so that a mutant of one can be explored too. */
export const coreRules = {
  buildRevision,
  buildRevert,
  compareAndSet,
  acknowledges,
  heldOf,
  isDue,
  expectedServices,
  isBehind,
  judgeService,
  worst,
  supersedesProof,
  decide,
  endsSearch,
};

export type Rules = typeof coreRules;

const REMEMBERED = 20_000;

/** Sealing costs more than all the rest, and short histories begin alike. */
const remember = <A, B>(build: (given: A) => B, keyOf: (given: A) => string): ((given: A) => B) => {
  const built = new Map<string, B>();
  return (given) => {
    const key = keyOf(given);
    const found = built.get(key);
    if (found !== undefined) return found;
    const made = build(given);
    if (built.size < REMEMBERED) built.set(key, made);
    return made;
  };
};

/** The same rules, sealing equal envelopes once. */
export const remembering = (rules: Rules): Rules => {
  const buildRevision = remember(
    ([proposal, context]: Parameters<Rules['buildRevision']>) => rules.buildRevision(proposal, context),
    ([{ change, kind, document, audience }, { current, currentVerified, topology }]) =>
      [
        change.id,
        kind,
        document?.['defaultVariant'],
        audience,
        current?.envelopeDigest,
        currentVerified,
        nameOf(topology),
      ].join(),
  );
  const buildRevert = remember(rules.buildRevert, ({ judged, target, topology }) =>
    [judged.envelopeDigest, target?.envelopeDigest, nameOf(topology)].join(),
  );
  return { ...rules, buildRevision: (...given) => buildRevision(given), buildRevert };
};

/** Enough to tell the topologies of the model apart. */
const nameOf = ({ version, regions, services }: Topology): string =>
  `${version}${regions.map(({ state }) => state)}/${services.map(({ state }) => state)}/${regions.length}`;
