import { type Model, type Step, without } from './search.ts';

/**
 * Rule 2, of a proposal whose time has not come: home leaves it, and keeps under LEFT what it was. Its author may write other
 * content over it, which IAM cannot forbid, or withdraw it; the stream hands records to two acceptors or gives them up, and the
 * sweep reads what is there now.
 */
export interface WaitingRules {
  /** What is kept of what waits: `first` as long as it has no outcome, `last` whatever came after it too. */
  readonly keeps: 'first' | 'last' | 'nothing';
  /** A record of other content over what is there is passed by: what was written first has a record of its own. */
  readonly passesOver: boolean;
  readonly withdrawingNeedsNoOutcome: boolean;
  readonly acceptingNeedsNoOutcome: boolean;
  /** It looks at what waited once its time has come. */
  readonly sweeps: boolean;
}

export const waitingRules: WaitingRules = {
  keeps: 'first',
  passesOver: true,
  withdrawingNeedsNoOutcome: true,
  acceptingNeedsNoOutcome: true,
  sweeps: true,
};

type Content = 1 | 2;

interface Item {
  readonly content: Content;
  readonly isWithdrawn: boolean;
}

interface Handed extends Item {
  /** Nothing stood in its place before: its record is that of the first writing. */
  readonly isFirst: boolean;
}

interface Work extends Handed {
  /** What LEFT said, and what home had heard of first by then, which no rule reads. */
  readonly read: { readonly left: Content | null; readonly heard: Content | null } | null;
}

type Result = 'accepted' | 'rejected' | 'withdrawn';

interface Ended {
  readonly result: Result;
  readonly content: Content;
  readonly heard: Content | null;
}

interface WaitingState {
  readonly isDue: boolean;
  readonly item: Item | null;
  readonly stream: readonly (Handed & { readonly isOver: boolean })[];
  readonly works: readonly Work[];
  readonly left: Content | null;
  /** The first content that home left: no rule reads it. */
  readonly heard: Content | null;
  readonly outcome: Result | null;
  /** What really happened: no rule reads it. */
  readonly ended: readonly Ended[];
  readonly troubles: number;
}

const ACCEPTORS = 2;

export const waitingModel = (rules: WaitingRules, troubles: number): Model<WaitingState> => {
  const ofAuthor = (state: WaitingState): Step<WaitingState>[] => {
    const { item, stream } = state;
    const put = (next: Item, isOver: boolean, isFirst = false): WaitingState => ({
      ...state,
      item: next,
      stream: [...stream, { ...next, isFirst, isOver }],
    });
    if (item === null) {
      const next = put({ content: 1, isWithdrawn: false }, false, true);
      return [{ says: 'content 1 is proposed for later', next, optional: true }];
    }
    const steps: Step<WaitingState>[] = [];
    if (item.content === 1 && state.troubles > 0) {
      const next = { ...put({ ...item, content: 2 }, true), troubles: state.troubles - 1 };
      steps.push({ says: 'content 2 is written over it', next, optional: true });
    }
    if (!item.isWithdrawn)
      steps.push({ says: 'it is withdrawn', next: put({ ...item, isWithdrawn: true }, false), optional: true });
    return steps;
  };

  const hand = (state: WaitingState, handed: Handed, from: string): Step<WaitingState>[] => {
    const { content, isWithdrawn, isFirst } = handed;
    if (state.works.length === ACCEPTORS) return [];
    const works = [...state.works, { content, isWithdrawn, isFirst, read: null }];
    return [
      { says: `${from} hands over content ${content}${isWithdrawn ? ', withdrawn' : ''}`, next: { ...state, works } },
    ];
  };

  const ofStream = (state: WaitingState): Step<WaitingState>[] =>
    state.stream.flatMap((record, at): Step<WaitingState>[] => {
      const rest = { ...state, stream: without(state.stream, at) };
      const steps =
        record.isOver && rules.passesOver
          ? [{ says: 'the stream shows that something was written over it', next: rest }]
          : hand(rest, { ...record, isFirst: record.isFirst || record.isOver }, 'the stream');
      if (state.troubles === 0) return steps;
      const lost = { ...rest, troubles: state.troubles - 1 };
      return [...steps, { says: 'the stream gives a record up', next: lost, optional: true }];
    });

  /** It passes by what waits, of which it has nothing to say; what home has not heard of yet it leaves. */
  const ofSweep = (state: WaitingState): Step<WaitingState>[] => {
    const { item, outcome, works, stream } = state;
    const isPending = item !== null && outcome === null;
    const isNews = state.isDue || state.left === null || item?.isWithdrawn === true;
    if (!rules.sweeps || !isPending || !isNews || works.some(({ isFirst }) => !isFirst)) return [];
    if (!state.isDue && stream.length > 0) return [];
    return hand(state, { ...item, isFirst: false }, 'the sweep');
  };

  const ofTime = (state: WaitingState): Step<WaitingState>[] =>
    state.isDue || state.item === null ? [] : [{ says: 'its time has come', next: { ...state, isDue: true } }];

  const end = (state: WaitingState, { content, read }: Work, result: Result): WaitingState => {
    const needsNone = result === 'accepted' ? rules.acceptingNeedsNoOutcome : rules.withdrawingNeedsNoOutcome;
    if (needsNone && state.outcome !== null) return state;
    return { ...state, outcome: result, ended: [...state.ended, { result, content, heard: read?.heard ?? null }] };
  };

  const leave = (state: WaitingState, content: Content): WaitingState => {
    const kept = rules.keeps === 'first' ? (state.left ?? content) : content;
    return { ...state, left: rules.keeps === 'nothing' ? null : kept, heard: state.heard ?? content };
  };

  const ofAcceptor = (state: WaitingState, work: Work, at: number): Step<WaitingState>[] => {
    const { content, isFirst, isWithdrawn, read } = work;
    const works = without(state.works, at);
    const dies: Step<WaitingState>[] =
      state.troubles === 0
        ? []
        : [{ says: 'its acceptor dies', next: { ...state, works, troubles: state.troubles - 1 }, optional: true }];
    if (read === null) {
      const seen = isFirst ? { left: null, heard: null } : { left: state.left, heard: state.heard };
      const next = { ...state, works: [...works, { ...work, read: seen }] };
      return [...dies, { says: `LEFT is read for content ${content}`, next }];
    }
    const idle = { ...state, works };
    if (read.left !== null && read.left !== content)
      return [...dies, { says: `content ${content} is rejected`, next: end(idle, work, 'rejected') }];
    if (isWithdrawn) return [...dies, { says: 'it ends as withdrawn', next: end(idle, work, 'withdrawn') }];
    if (state.isDue) return [...dies, { says: `content ${content} is accepted`, next: end(idle, work, 'accepted') }];
    return [...dies, { says: `content ${content} is left for later`, next: leave(idle, content) }];
  };

  return {
    start: {
      isDue: false,
      item: null,
      stream: [],
      works: [],
      left: null,
      heard: null,
      outcome: null,
      ended: [],
      troubles,
    },
    steps: (state) => [
      ...ofAuthor(state),
      ...ofStream(state),
      ...ofSweep(state),
      ...state.works.flatMap((work, at) => ofAcceptor(state, work, at)),
      ...ofTime(state),
    ],
    always: {
      'it ends once': ({ ended }) =>
        ended.length < 2 ? undefined : `it ended as ${ended.map(({ result }) => result).join(', then as ')}`,
      'what is written over it while it waits is not accepted': ({ ended }) => {
        const other = ended.find(({ result, content, heard }) => result === 'accepted' && content === 2 && heard === 1);
        return other && 'content 2 was accepted, and home had left content 1';
      },
      'nobody hears that he withdrew it who did not': ({ ended, item }) =>
        ended.some(({ result }) => result === 'withdrawn') && item?.isWithdrawn !== true
          ? 'it ended as withdrawn'
          : undefined,
    },
    atRest: {
      'it ends': ({ item, outcome }) => (item === null || outcome !== null ? undefined : 'it waits for ever'),
    },
  };
};
