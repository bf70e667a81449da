import type { ChangeKind, FlagState } from '@flaghoist/core/change';
import type { Envelope } from '@flaghoist/core/envelope';
import { after, type Examples, kill } from '../examples/envelope.ts';
import { type AnyRule, fine, onChange, standing } from '../rule.ts';
import type { Summary } from '../summary.ts';

/** All but reverts: their place is decided by the rollback, and their evidence is that of the revision they bring back. */
export const authored = [
  'created',
  'updated',
  'archived',
  'killed',
  'restored',
] as const satisfies readonly ChangeKind[];

type Authored = (typeof authored)[number];

/** From which states a change of each kind starts. `absent`: there is no revision yet. */
const startsFrom: Readonly<Record<Authored, readonly (FlagState | 'absent')[]>> = {
  created: ['absent', 'archived'],
  updated: ['live', 'killed'],
  killed: ['live', 'killed'],
  archived: ['live', 'killed'],
  restored: ['killed', 'archived'],
};

const insteadOf: Readonly<Record<FlagState | 'absent', string>> = {
  absent: 'Propose it as created, or correct the key.',
  live: 'Propose it as updated.',
  killed: 'Propose it as restored, or as updated to change what it will serve once restored.',
  archived: 'Propose it as created or restored, with its document.',
};

const fitsState = standing<'current'>({
  id: 'FH-KIND-01',
  protocol: true,
  title: 'The kind of a change fits what the flag is',
  rationale:
    'An update of a flag that was archived meanwhile would bring it back unnoticed; a second creation would overwrite it.',
  appliesTo: authored,
  needs: ['current'],
  check: ({ envelope: { kind }, facts: { current } }) => {
    const from = current?.flagState ?? 'absent';
    const allowed: readonly string[] = kind === 'rolled-back' ? [] : startsFrom[kind];
    if (allowed.includes(from)) return fine;
    return [
      {
        pointer: '/kind',
        message: `The flag is ${from}; ${kind} is for flags that are ${allowed.join(' or ')}.`,
        hint: insteadOf[from],
      },
    ];
  },
});

const stateFollows = standing<'current'>({
  id: 'FH-KIND-02',
  protocol: true,
  title: 'What the flag becomes follows from the kind',
  rationale:
    'Only a restore lifts a kill. An update that did would switch on during an incident what was switched off for it.',
  appliesTo: authored,
  needs: ['current'],
  after: ['FH-KIND-01'],
  check: ({ envelope: { kind, flagState }, facts: { current } }) => {
    const wanted = stateAfter(kind, current?.flagState);
    if (flagState === wanted) return fine;
    return [
      {
        pointer: '/flagState',
        message: `The flag would be ${flagState}; after ${kind} it is ${wanted}.`,
        hint: 'Leave the state to the validator, which takes it from the kind. To lift a kill, propose the change as restored.',
      },
    ];
  },
});

const stateAfter = (kind: ChangeKind, before: FlagState | undefined): FlagState => {
  if (kind === 'killed' || kind === 'archived') return kind;
  return kind === 'updated' && before === 'killed' ? 'killed' : 'live';
};

/** What else a revision says of the flag, beside its document. */
const settings = ['audience', 'offVariant', 'owner', 'prerequisites'] as const;

/** The settings that differ from those of the revision before. */
const moved = (envelope: Envelope, before: Summary): readonly string[] => {
  const now = { ...envelope, prerequisites: envelope.prerequisites ?? [] };
  return settings.filter((name) => String(now[name]) !== String(before[name]));
};

const liftOnly = onChange<'before' | 'current'>({
  id: 'FH-KIND-03',
  title: 'Lifting a kill changes neither the audience nor the owner nor what the flag waits for',
  rationale:
    'The moment after an incident is the worst for a second change: when it goes wrong again, nobody can tell which of the two it was.',
  appliesTo: ['restored'],
  needs: ['before', 'current'],
  after: ['FH-KIND-01'],
  check: ({ envelope, facts: { before, current } }) =>
    before === null || current?.flagState !== 'killed'
      ? fine
      : moved(envelope, before).map((name) => ({
          pointer: `/${name}`,
          message: `The restore also changes ${name}; expected what the killed revision has.`,
          hint: 'Restore the flag as it was, and propose the rest as an update of its own.',
        })),
});

const rescueOnly = standing<'before'>({
  id: 'FH-KIND-04',
  protocol: true,
  title: 'A kill or an archive changes nothing else',
  rationale:
    'A kill with another audience takes the flag away from services instead of switching them off, and nobody has reviewed it.',
  appliesTo: ['killed', 'archived'],
  needs: ['before'],
  after: ['FH-KIND-01'],
  check: ({ envelope, facts: { before } }) =>
    (before === null ? [] : moved(envelope, before)).map((name) => ({
      pointer: `/${name}`,
      message: `A change of kind ${envelope.kind} also changes ${name}; expected what the revision before has.`,
      hint: 'Leave it out, and propose it as an update of its own.',
    })),
});

export const standingRules: readonly AnyRule[] = [fitsState, stateFollows, rescueOnly];
export const changeRules: readonly AnyRule[] = [liftOnly];

export const examples = (): Examples => ({
  'FH-KIND-01': {
    failing: { ...kill, ...after('archived') },
    passing: { ...kill, ...after('killed') },
  },
  'FH-KIND-02': {
    failing: after('killed'),
    passing: { ...after('killed'), document: kill.document ?? null, flagState: 'killed' },
  },
  'FH-KIND-03': {
    failing: { kind: 'restored', owner: 'cards', ...after('killed') },
    passing: { kind: 'restored', ...after('killed') },
  },
  'FH-KIND-04': { failing: { ...kill, offVariant: 'off', owner: 'cards' }, passing: { ...kill, owner: 'payments' } },
});
