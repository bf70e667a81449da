import type { ChangeKind, FlagState } from '@flaghoist/core/change';
import { after, type Examples, kill } from '../examples/envelope.ts';
import type { AnyRule, Rule } from '../rule.ts';
import { fine } from '../rule.ts';

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

const fitsState: Rule<'current'> = {
  id: 'FH-KIND-01',
  title: 'The kind of a change fits what the flag is',
  rationale:
    'An update of a flag that was archived meanwhile would bring it back unnoticed; a second creation would overwrite it.',
  severity: 'error',
  appliesTo: authored,
  phase: 'standing',
  since: 1,
  needs: ['current'],
  after: [],
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
};

const stateFollows: Rule<'current'> = {
  id: 'FH-KIND-02',
  title: 'What the flag becomes follows from the kind',
  rationale:
    'Only a restore lifts a kill. An update that did would switch on during an incident what was switched off for it.',
  severity: 'error',
  appliesTo: authored,
  phase: 'standing',
  since: 1,
  needs: ['current'],
  after: ['FH-KIND-01'],
  check: ({ envelope: { kind, flagState }, facts: { current } }) => {
    const wanted = stateAfter(kind, current?.flagState);
    if (flagState === wanted) return fine;
    return [
      {
        pointer: '/flagState',
        message: `The flag would be ${flagState}; after ${kind} it is ${wanted}.`,
        hint: 'Propose the change through hoist, which sets the state; to lift a kill, propose it as restored.',
      },
    ];
  },
};

const stateAfter = (kind: ChangeKind, before: FlagState | undefined): FlagState => {
  if (kind === 'killed' || kind === 'archived') return kind;
  return kind === 'updated' && before === 'killed' ? 'killed' : 'live';
};

export const kindRules: readonly AnyRule[] = [fitsState, stateFollows];

export const kindExamples = (): Examples => ({
  'FH-KIND-01': {
    failing: { ...kill, ...after('archived') },
    passing: { ...kill, ...after('killed') },
  },
  'FH-KIND-02': {
    failing: after('killed'),
    passing: { ...after('killed'), document: kill.document ?? null, flagState: 'killed' },
  },
});
