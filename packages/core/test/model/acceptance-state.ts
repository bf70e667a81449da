import type { ProposableKind } from '../../lib/change.ts';

export type Result = 'accepted' | 'conflict' | 'expired';

export interface Question {
  readonly kind: ProposableKind;
  /** CURRENT is the revision that the proposal was made against. */
  readonly currentAsSeen: boolean;
  readonly ageMinutes: number;
  /** A `restored` or `created` newer than what the proposal was made against has been accepted. */
  readonly overtaken: boolean;
}

export const MAX_PROPOSAL_AGE_MINUTES = 15;
export const MAX_OVERTAKEN_KILL_AGE_MINUTES = 5;

/** What the authors of one world are about to propose. */
export interface Intent {
  readonly author: string;
  readonly id: string;
  readonly kind: ProposableKind;
}

export interface Written {
  readonly basedOn: number;
  readonly content: 1 | 2;
  readonly minute: number;
}

/** An acceptor at work on the bytes that it was handed. It has found no outcome; what it reads next is CURRENT. */
export interface Work {
  readonly intent: number;
  readonly content: 1 | 2;
  readonly read: { readonly current: number; readonly minute: number } | null;
}

export interface Outcome {
  readonly key: string;
  readonly intent: number;
  readonly content: 1 | 2;
  readonly result: Result;
}

/** What really happened: no rule reads it. */
interface Ended extends Omit<Question, 'currentAsSeen'> {
  readonly intent: number;
  readonly result: Result;
}

interface Told {
  readonly intent: number;
  readonly content: 1 | 2;
  readonly about: { readonly intent: number; readonly content: 1 | 2 };
}

export interface AcceptanceState {
  readonly minute: number;
  readonly written: readonly (Written | null)[];
  /** Records of the stream: intent and content. */
  readonly stream: readonly (readonly [number, 1 | 2])[];
  /** Those at work; two are the most. */
  readonly acceptors: readonly Work[];
  readonly outcomes: readonly Outcome[];
  readonly revisions: readonly { readonly kind: ProposableKind; readonly intent: number }[];
  readonly ended: readonly Ended[];
  readonly told: readonly Told[];
  readonly troubles: number;
}

export interface AcceptanceWorld {
  readonly intents: readonly Intent[];
  /** Deaths, lost records, repeated and overwritten proposals: this many in all. */
  readonly troubles: number;
  readonly overwriting?: boolean;
}

export const MINUTES = [0, 6, 20];
export const ACCEPTORS = 2;

/** In which order equal things stand makes no other state of the world. */
export const inOrder = <T>(items: readonly T[]): readonly T[] =>
  items.length < 2
    ? items
    : items
        .map((item) => [JSON.stringify(item), item] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, item]) => item);

export const atWork = (state: AcceptanceState, acceptors: readonly Work[]): AcceptanceState => ({
  ...state,
  acceptors: inOrder(acceptors),
});

const isKilled = ({ revisions }: AcceptanceState): boolean => {
  const last = revisions.findLast(({ kind }) => kind === 'killed' || kind === 'restored');
  return last?.kind === 'killed';
};

export const isPossible = ({ kind }: Intent, state: AcceptanceState): boolean =>
  kind === 'killed' ? !isKilled(state) : kind !== 'restored' || isKilled(state);
