import type { ProposableKind } from '../../lib/change.ts';
import { type Model, type Step, withItem, without } from './search.ts';

/**
 * Rule 2: how a proposal ends. Authors write, overwrite and send again; the stream hands proposals to two acceptors or gives
 * them up; the sweep finds those without outcome; acceptors die between their reads and their one transaction.
 *
 * The model is ahead of the product here: ages, the sweep and outcomes under author and id with the digest are stated below.
 */
export interface AcceptanceRules {
  /** Under what an outcome is kept. */
  readonly outcomeKey: 'author and id' | 'id';
  /** The transaction that accepts fails when an outcome has appeared. */
  readonly acceptingNeedsNoOutcome: boolean;
  readonly refusingNeedsNoOutcome: boolean;
  readonly outcomesAreKept: boolean;
  readonly outcomeNamesContent: boolean;
  readonly sweeps: boolean;
  readonly judge: (question: Question) => Result;
}

type Result = 'accepted' | 'conflict' | 'expired';

interface Question {
  readonly kind: ProposableKind;
  /** CURRENT is the revision that the proposal was made against. */
  readonly currentAsSeen: boolean;
  readonly ageMinutes: number;
  /** A `restored` or `created` newer than what the proposal was made against has been accepted. */
  readonly overtaken: boolean;
}

const MAX_PROPOSAL_AGE_MINUTES = 15;
const MAX_OVERTAKEN_KILL_AGE_MINUTES = 5;

export const acceptanceRules: AcceptanceRules = {
  outcomeKey: 'author and id',
  acceptingNeedsNoOutcome: true,
  refusingNeedsNoOutcome: true,
  outcomesAreKept: true,
  outcomeNamesContent: true,
  sweeps: true,
  judge: ({ kind, currentAsSeen, ageMinutes, overtaken }) => {
    if (kind === 'killed') return overtaken && ageMinutes > MAX_OVERTAKEN_KILL_AGE_MINUTES ? 'conflict' : 'accepted';
    if (ageMinutes > MAX_PROPOSAL_AGE_MINUTES) return 'expired';
    return currentAsSeen ? 'accepted' : 'conflict';
  },
};

/** What the authors of one world are about to propose. */
export interface Intent {
  readonly author: string;
  readonly id: string;
  readonly kind: ProposableKind;
}

interface Written {
  readonly basedOn: number;
  readonly content: 1 | 2;
  readonly minute: number;
}

/** An acceptor at work on the bytes that it was handed. It has found no outcome; what it reads next is CURRENT. */
interface Work {
  readonly intent: number;
  readonly content: 1 | 2;
  readonly read: { readonly current: number; readonly minute: number } | null;
}

interface Outcome {
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

const MINUTES = [0, 6, 20];
const ACCEPTORS = 2;

/** In which order equal things stand makes no other state of the world. */
const inOrder = <T>(items: readonly T[]): readonly T[] =>
  items.length < 2
    ? items
    : items
        .map((item) => [JSON.stringify(item), item] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, item]) => item);

const atWork = (state: AcceptanceState, acceptors: readonly Work[]): AcceptanceState => ({
  ...state,
  acceptors: inOrder(acceptors),
});

const isKilled = ({ revisions }: AcceptanceState): boolean => {
  const last = revisions.findLast(({ kind }) => kind === 'killed' || kind === 'restored');
  return last?.kind === 'killed';
};

const isPossible = ({ kind }: Intent, state: AcceptanceState): boolean =>
  kind === 'killed' ? !isKilled(state) : kind !== 'restored' || isKilled(state);

export const acceptanceModel = (rules: AcceptanceRules, world: AcceptanceWorld): Model<AcceptanceState> => {
  const { intents } = world;
  const nameOf = (intent: number): string => {
    const { author, id, kind } = intents[intent] ?? { author: '', id: '', kind: '' };
    return `${kind} ${author}/${id}`;
  };
  const keyOf = (intent: number): string => {
    const { author, id } = intents[intent] ?? { author: '', id: '' };
    return rules.outcomeKey === 'id' ? id : `${author}/${id}`;
  };
  const isPending = (state: AcceptanceState, intent: number): boolean =>
    !state.told.some((told) => told.intent === intent && told.content === state.written[intent]?.content);

  const ofAuthors = (state: AcceptanceState): Step<AcceptanceState>[] =>
    intents.flatMap((intent, index): Step<AcceptanceState>[] => {
      const written = state.written[index] ?? null;
      const put = (content: 1 | 2, item: Written) => ({
        ...state,
        written: withItem(state.written, index, item),
        stream: inOrder([...state.stream, [index, content] as const]),
      });
      if (written === null) {
        if (!isPossible(intent, state)) return [];
        const basedOn = state.revisions.length;
        const next = put(1, { basedOn, content: 1, minute: state.minute });
        return [{ says: `${nameOf(index)} is written, made against ${basedOn}`, next, optional: true }];
      }
      if (state.troubles === 0) return [];
      const troubles = state.troubles - 1;
      const steps: Step<AcceptanceState>[] = [];
      if (isPending(state, index)) {
        const next = { ...put(written.content, written), troubles };
        steps.push({ says: `${nameOf(index)} is sent again`, next, optional: true });
      }
      if (world.overwriting && written.content === 1) {
        const next = { ...put(2, { ...written, content: 2 }), troubles };
        steps.push({ says: `${nameOf(index)} is overwritten with another content`, next, optional: true });
      }
      return steps;
    });

  /** The acceptor's first read is that of the outcome, at the moment at which it is handed the proposal. */
  const give = (state: AcceptanceState, intent: number, content: 1 | 2, from: string): Step<AcceptanceState>[] => {
    const outcome = state.outcomes.find(({ key }) => key === keyOf(intent));
    if (outcome !== undefined) {
      const says = `${from} hands over ${nameOf(intent)}, whose outcome is ${outcome.result}`;
      return [{ says, next: tell(state, { intent, content, read: null }, outcome) }];
    }
    if (state.acceptors.length === ACCEPTORS) return [];
    const acceptors = [...state.acceptors, { intent, content, read: null }];
    return [{ says: `${from} hands over ${nameOf(intent)}, which has no outcome`, next: atWork(state, acceptors) }];
  };

  const ofStream = (state: AcceptanceState): Step<AcceptanceState>[] => {
    const steps: Step<AcceptanceState>[] = [];
    for (const [at, [intent, content]] of state.stream.entries()) {
      const stream = without(state.stream, at);
      steps.push(...give({ ...state, stream }, intent, content, 'the stream'));
      if (state.troubles > 0) {
        const next = { ...state, stream, troubles: state.troubles - 1 };
        steps.push({ says: `the stream gives ${nameOf(intent)} up`, next, optional: true });
      }
    }
    if (!rules.sweeps) return steps;
    for (const [intent, written] of state.written.entries()) {
      if (written === null || !isPending(state, intent) || state.stream.some(([other]) => other === intent)) continue;
      steps.push(...give(state, intent, written.content, 'the sweep'));
    }
    return steps;
  };

  const questionOf = (state: AcceptanceState, work: Work): Question => {
    const { basedOn = 0, minute = 0 } = state.written[work.intent] ?? {};
    return {
      kind: intents[work.intent]?.kind ?? 'updated',
      currentAsSeen: basedOn === work.read?.current,
      ageMinutes: (work.read?.minute ?? minute) - minute,
      overtaken: state.revisions.slice(basedOn).some(({ kind }) => kind === 'restored' || kind === 'created'),
    };
  };

  const tell = (state: AcceptanceState, { intent, content }: Work, outcome: Outcome): AcceptanceState => {
    const about = { intent: outcome.intent, content: outcome.content };
    // The proposal leaves the list of those without outcome, and its author is told "other content" or the result.
    const named = rules.outcomeNamesContent && outcome.intent === intent ? { intent, content } : about;
    const told = [
      ...state.told.filter((old) => old.intent !== intent || old.content !== content),
      { intent, content, about: named },
    ];
    return { ...state, told: inOrder(told) };
  };

  const end = (state: AcceptanceState, at: number, work: Work): Step<AcceptanceState> => {
    const idle = atWork(state, without(state.acceptors, at));
    const name = nameOf(work.intent);
    const question = questionOf(state, work);
    const result = rules.judge(question);
    const key = keyOf(work.intent);
    const conditioned = result === 'accepted' ? rules.acceptingNeedsNoOutcome : rules.refusingNeedsNoOutcome;
    if (conditioned && state.outcomes.some((outcome) => outcome.key === key)) {
      const handedAgain = { ...idle, stream: inOrder([...state.stream, [work.intent, work.content] as const]) };
      return { says: `the transaction for ${name} finds an outcome, and begins again`, next: handedAgain };
    }
    if (result === 'accepted' && work.read?.current !== state.revisions.length) {
      const next = atWork(state, withItem(state.acceptors, at, { ...work, read: null }));
      return { says: `the transaction for ${name} finds another CURRENT, and it is read again`, next };
    }
    const outcome: Outcome = { key, intent: work.intent, content: work.content, result };
    const { intent } = work;
    const { kind, ageMinutes, overtaken } = question;
    const revisions = result === 'accepted' ? [...state.revisions, { kind, intent }] : state.revisions;
    const next = tell(
      {
        ...idle,
        revisions,
        outcomes: [...state.outcomes.filter((other) => other.key !== key), outcome],
        ended: inOrder([...state.ended, { intent, result, kind, ageMinutes, overtaken }]),
      },
      work,
      outcome,
    );
    const as = result === 'accepted' ? `accepted as ${revisions.length}` : result;
    return { says: `${name} is ${as}, ${ageMinutes} minutes old`, next };
  };

  const ofAcceptor = (state: AcceptanceState, work: Work, at: number): Step<AcceptanceState>[] => {
    const name = nameOf(work.intent);
    const steps: Step<AcceptanceState>[] = [];
    if (work.read === null) {
      const read = { current: state.revisions.length, minute: state.minute };
      const next = atWork(state, withItem(state.acceptors, at, { ...work, read }));
      steps.push({ says: `CURRENT ${read.current} is read for ${name}`, next });
    } else steps.push(end(state, at, work));
    if (state.troubles > 0) {
      const next: AcceptanceState = {
        ...atWork(state, without(state.acceptors, at)),
        stream: inOrder([...state.stream, [work.intent, work.content] as const]),
        troubles: state.troubles - 1,
      };
      steps.push({ says: `the acceptor of ${name} dies, and the proposal comes again`, next, optional: true });
    }
    return steps;
  };

  const ofTime = (state: AcceptanceState): Step<AcceptanceState>[] => {
    const steps: Step<AcceptanceState>[] = [];
    const minute = MINUTES[MINUTES.indexOf(state.minute) + 1];
    if (minute !== undefined && state.written.some((written) => written !== null)) {
      steps.push({ says: `it is minute ${minute}`, next: { ...state, minute }, optional: true });
    }
    if (!rules.outcomesAreKept && state.outcomes.length > 0) {
      steps.push({ says: 'outcomes are forgotten', next: { ...state, outcomes: [] }, optional: true });
    }
    return steps;
  };

  return {
    start: {
      minute: 0,
      written: intents.map(() => null),
      stream: [],
      acceptors: [],
      outcomes: [],
      revisions: [{ kind: 'created', intent: -1 }],
      ended: [],
      told: [],
      troubles: world.troubles,
    },
    steps: (state) => [
      ...ofAuthors(state),
      ...ofStream(state),
      ...state.acceptors.flatMap((work, at) => ofAcceptor(state, work, at)),
      ...ofTime(state),
    ],
    always: acceptancePromises(nameOf),
    atRest: {
      'every proposal ends': (state) => {
        const open = state.written.findIndex((written, intent) => written !== null && isPending(state, intent));
        return open < 0 ? undefined : `${nameOf(open)} has no outcome, and nobody looks for it`;
      },
    },
  };
};

const acceptancePromises = (nameOf: (intent: number) => string): Model<AcceptanceState>['always'] => ({
  'nothing is accepted twice': ({ revisions }) => {
    const twice = revisions.find(({ intent }, at) => revisions.findIndex((other) => other.intent === intent) < at);
    return twice && `${nameOf(twice.intent)} has two revisions`;
  },
  'an outcome is never unsaid': ({ ended }) => {
    const unsaid = ended.find(({ intent, result }) =>
      ended.some((other) => other.intent === intent && other.result !== result),
    );
    return unsaid && `${nameOf(unsaid.intent)} ended as ${unsaid.result}, and otherwise`;
  },
  'a kill is refused only when it is old and overtaken': ({ ended }) => {
    const refused = ended.find(
      ({ kind, result, overtaken, ageMinutes }) =>
        kind === 'killed' && result !== 'accepted' && !(overtaken && ageMinutes > MAX_OVERTAKEN_KILL_AGE_MINUTES),
    );
    return refused && `${nameOf(refused.intent)}, ${refused.ageMinutes} minutes old, ended as ${refused.result}`;
  },
  'an old kill does not undo a later restore': ({ ended }) => {
    const late = ended.find(
      ({ kind, result, overtaken, ageMinutes }) =>
        kind === 'killed' && result === 'accepted' && overtaken && ageMinutes > MAX_OVERTAKEN_KILL_AGE_MINUTES,
    );
    return late && `${nameOf(late.intent)} was accepted after ${late.ageMinutes} minutes`;
  },
  'only kills are accepted late': ({ ended }) => {
    const late = ended.find(
      ({ kind, result, ageMinutes }) =>
        kind !== 'killed' && result === 'accepted' && ageMinutes > MAX_PROPOSAL_AGE_MINUTES,
    );
    return late && `${nameOf(late.intent)} was accepted after ${late.ageMinutes} minutes`;
  },
  'everybody hears of what he wrote': ({ told }) => {
    const other = told.find(({ intent, content, about }) => about.intent !== intent || about.content !== content);
    return (
      other &&
      `content ${other.content} of ${nameOf(other.intent)} got the answer to content ${other.about.content} of ${nameOf(other.about.intent)}`
    );
  },
});
