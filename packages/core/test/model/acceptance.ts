import { acceptancePromises } from './acceptance-promises.ts';
import {
  ACCEPTORS,
  type AcceptanceState,
  type AcceptanceWorld,
  atWork,
  inOrder,
  isPossible,
  MAX_OVERTAKEN_KILL_AGE_MINUTES,
  MAX_PROPOSAL_AGE_MINUTES,
  MINUTES,
  type Outcome,
  type Question,
  type Result,
  type Work,
  type Written,
} from './acceptance-state.ts';
import { type Model, type Step, withItem, without } from './search.ts';

/**
 * Rule 2: how a proposal ends. Authors write, overwrite and send again; the stream hands proposals to two acceptors or gives
 * them up; the sweep finds those without outcome; acceptors die between their reads and their one transaction.
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
