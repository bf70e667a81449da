import { type Model, type Step, withItem } from './search.ts';

/**
 * Rule 3: what one flag's change may rely on of another flag. A change reads one item after the other and commits in one
 * conditional transaction; any other change may commit between two reads.
 *
 * In two places the model, and the product, is stricter than the rule's wording; the test names them. In one it is less
 * strict: a change that moves no facts, such as an edit of the document, is judged by what it reads of other flags, and
 * conditioned on none of it.
 */
export interface FactsRules {
  /** Acceptance is conditioned on the FACTS version of every flag on the chain. */
  readonly factsAreConditions: boolean;
  /** Archiving, and taking a creation back, is conditioned on the counter in NEEDED. */
  readonly counterIsCondition: boolean;
  /** The counter is read with the set. The mutant reads the set first. */
  readonly counterIsReadWithSet: boolean;
  /** A revert meets the conditions of a change, or is held. */
  readonly revertsMeetConditions: boolean;
  /** A revert that would close a circle is held, too. */
  readonly revertsMeetCircles: boolean;
  /** A change that takes services out of the audience is conditioned on the counter, too. */
  readonly narrowingMeetsNeeded: boolean;
  /** Creations of look-alikes are conditioned on one common item. */
  readonly lookalikesMeet: boolean;
  /** A kill is conditioned on its own CURRENT alone. */
  readonly killsLookAway: boolean;
}

export const factsRules: FactsRules = {
  factsAreConditions: true,
  counterIsCondition: true,
  counterIsReadWithSet: true,
  revertsMeetConditions: true,
  revertsMeetCircles: true,
  narrowingMeetsNeeded: true,
  lookalikesMeet: true,
  killsLookAway: true,
};

export interface Flag {
  readonly state: 'live' | 'archived' | 'absent';
  readonly needs: readonly string[];
  /** In the caches of all services; otherwise of some. */
  readonly everywhere: boolean;
  /** The revision of CURRENT. */
  readonly order: number;
  /** The version of FACTS. */
  readonly facts: number;
}

interface Needed {
  readonly keys: readonly string[];
  readonly counter: number;
}

export type Operation =
  | { readonly does: 'create' | 'archive' | 'kill' | 'narrow' | 'widen' | 'edit'; readonly flag: string }
  | { readonly does: 'need' | 'drop'; readonly flag: string; readonly other: string }
  /** The rollback function takes the operation at this place back, once it has been accepted. */
  | { readonly does: 'take back'; readonly flag: string; readonly operation: number };

interface Progress {
  readonly phase: 'reading' | 'ended';
  readonly tries: number;
  readonly own?: number;
  readonly alike?: number;
  readonly set?: readonly string[];
  readonly counter?: number;
  /** What was read of other flags, by key. */
  readonly chain: Readonly<Record<string, Flag>>;
  /** What was read of the flags that need this one, by key. */
  readonly dependents?: Readonly<Record<string, Flag>>;
  /** Of an accepted change: the flag as it was before, and the order that it got. */
  readonly before?: Flag;
  readonly order?: number;
}

export interface FactsState {
  readonly flags: Readonly<Record<string, Flag>>;
  readonly needed: Readonly<Record<string, Needed>>;
  readonly alike: number;
  readonly operations: readonly Progress[];
  /** A change of another flag made this kill begin again. */
  readonly killThatWaited?: string;
}

export interface FactsWorld {
  readonly flags: Readonly<Record<string, Flag>>;
  readonly operations: readonly Operation[];
}

const TRIES = 3;
const READING: Progress = { phase: 'reading', tries: 0, chain: {} };

const sayOperation = (operation: Operation): string => {
  if (operation.does === 'take back') return `the revert of ${operation.flag}`;
  const other = operation.does === 'need' || operation.does === 'drop' ? ` ${operation.other}` : '';
  return `"${operation.flag} ${operation.does}${other}"`;
};

/** The flag that the operation makes of this one; the versions are the transaction's to move. */
const resultOf = (operation: Operation, flag: Flag, { operations }: FactsState): Flag => {
  switch (operation.does) {
    case 'create':
      return { ...flag, state: 'live' };
    case 'archive':
      return { ...flag, state: 'archived', needs: [] };
    case 'need':
      return { ...flag, needs: [...flag.needs, operation.other].sort() };
    case 'drop':
      return { ...flag, needs: flag.needs.filter((key) => key !== operation.other) };
    case 'narrow':
      return { ...flag, everywhere: false };
    case 'widen':
      return { ...flag, everywhere: true };
    case 'kill':
    case 'edit':
      return flag;
    case 'take back': {
      const { before = flag } = operations[operation.operation] ?? READING;
      // What never was good becomes a tombstone.
      return before.state === 'absent'
        ? { ...flag, state: 'archived', needs: [] }
        : { ...before, order: flag.order, facts: flag.facts };
    }
  }
};

const without = (keys: readonly string[], key: string): string[] => keys.filter((other) => other !== key);

export const factsModel = (rules: FactsRules, world: FactsWorld): Model<FactsState> => {
  const lookAlikes = Object.keys(world.flags).filter((key) => key.replaceAll(/[.-]/g, '') === 'abc');

  const stepOf = (state: FactsState, at: number): Step<FactsState>[] => {
    const operation = world.operations[at];
    const progress = state.operations[at];
    if (operation === undefined || progress === undefined || progress.phase === 'ended') return [];
    const flag = state.flags[operation.flag];
    if (flag === undefined) return [];
    const name = sayOperation(operation);
    const isRevert = operation.does === 'take back';
    const judged = isRevert ? state.operations[operation.operation] : undefined;
    if (isRevert && judged?.order === undefined) return [];

    const going = (changed: Partial<Progress>, from: FactsState = state): FactsState => ({
      ...from,
      operations: withItem(from.operations, at, { ...progress, ...changed }),
    });
    const read = (what: string, changed: Partial<Progress>): Step<FactsState>[] => [
      { says: `${name} reads ${what}`, next: going(changed) },
    ];
    const end = (how: string): Step<FactsState>[] => [
      { says: `${name} ${how}`, next: going({ phase: 'ended', chain: {} }) },
    ];
    const again = (why: string): Step<FactsState>[] => {
      const tries = progress.tries + 1;
      const waited = operation.does === 'kill' ? { killThatWaited: `${name}: ${why}` } : {};
      const from = { ...state, ...waited, operations: withItem(state.operations, at, { ...READING, tries }) };
      return tries === TRIES ? end('ends as conflict') : [{ says: `${name} begins again: ${why}`, next: from }];
    };

    const result = resultOf(operation, flag, state);
    const looksAway = operation.does === 'kill' && rules.killsLookAway;
    const meets = !isRevert || rules.revertsMeetConditions;
    const dies = flag.state === 'live' && result.state !== 'live';
    const narrows = flag.everywhere && !result.everywhere;
    const asksNeeded =
      !looksAway && meets && (dies || operation.does === 'kill' || (narrows && rules.narrowingMeetsNeeded));
    const asksChain = meets && result.state === 'live' && operation.does !== 'kill';

    if (progress.own === undefined) return read(`CURRENT ${flag.order}`, { own: flag.order, alike: state.alike });
    const needed = state.needed[operation.flag] ?? { keys: [], counter: 0 };
    if (asksNeeded && progress.set === undefined) {
      const counter = rules.counterIsReadWithSet ? { counter: needed.counter } : {};
      return read(`NEEDED: ${needed.keys.join(', ') || 'nobody'}`, { set: needed.keys, ...counter });
    }
    if (asksNeeded && progress.counter === undefined) return read('the counter', { counter: needed.counter });
    const unread = asksChain ? nextOfChain(result.needs, progress.chain) : undefined;
    if (unread !== undefined) {
      const other = state.flags[unread];
      if (other !== undefined) return read(`FACTS of ${unread}`, { chain: { ...progress.chain, [unread]: other } });
    }

    const dependents = progress.dependents ?? {};
    const unasked = narrows && asksNeeded ? progress.set?.find((key) => !(key in dependents)) : undefined;
    if (unasked !== undefined) {
      const other = state.flags[unasked];
      if (other !== undefined) return read(`FACTS of ${unasked}`, { dependents: { ...dependents, [unasked]: other } });
    }

    // All is read: the rules judge what was read, and the transaction checks that it still stands.
    const set = progress.set ?? [];
    const refusal = (() => {
      if (dies && set.length > 0 && asksNeeded) return 'others need it';
      if (Object.values(dependents).some(({ everywhere }) => everywhere)) return 'others need it everywhere';
      if (asksChain) {
        if (result.needs.some((key) => progress.chain[key]?.state !== 'live')) return 'it would need a dead flag';
        if (result.everywhere && result.needs.some((key) => progress.chain[key]?.everywhere === false))
          return 'a service would lack what it needs';
        if (operation.flag in progress.chain && (!isRevert || rules.revertsMeetCircles)) return 'it would need itself';
      }
      if (
        operation.does === 'create' &&
        rules.lookalikesMeet &&
        lookAlikes.some((key) => state.flags[key]?.state === 'live')
      )
        return 'it looks like another one';
      return undefined;
    })();
    if (refusal !== undefined) return end(isRevert ? `is held: ${refusal}` : `is rejected: ${refusal}`);
    if (isRevert && flag.order !== judged?.order) return end('is superseded');
    if (flag.order !== progress.own) return again('CURRENT moved');
    if (rules.factsAreConditions && operation.does !== 'edit') {
      const moved = Object.entries({ ...progress.chain, ...dependents }).find(
        ([key, { facts }]) => state.flags[key]?.facts !== facts,
      );
      if (moved !== undefined) return again(`FACTS of ${moved[0]} moved`);
    }
    if (asksNeeded && rules.counterIsCondition && progress.counter !== needed.counter)
      return again('the counter moved');
    if (operation.does === 'create' && rules.lookalikesMeet && progress.alike !== state.alike)
      return again('ALIKE moved');
    const accepted: Progress = { phase: 'ended', tries: 0, chain: {}, before: flag, order: flag.order + 1 };
    return [{ says: `${name} is accepted`, next: commit(state, at, operation, flag, result, accepted) }];
  };

  return {
    start: {
      flags: world.flags,
      needed: neededOf(world.flags),
      alike: 0,
      operations: world.operations.map(() => READING),
    },
    steps: (state) => world.operations.flatMap((_, at) => stepOf(state, at)),
    always: promises(lookAlikes),
  };
};

const commit = (
  state: FactsState,
  at: number,
  operation: Operation,
  flag: Flag,
  result: Flag,
  accepted: Progress,
): FactsState => {
  const moves = operation.does !== 'kill' && operation.does !== 'edit';
  const needed = { ...state.needed };
  const change = (key: string, keys: readonly string[]): void => {
    needed[key] = { keys, counter: (needed[key]?.counter ?? 0) + 1 };
  };
  for (const key of result.needs.filter((other) => !flag.needs.includes(other)))
    change(key, [...(needed[key]?.keys ?? []), operation.flag].sort());
  for (const key of flag.needs.filter((other) => !result.needs.includes(other)))
    change(key, without(needed[key]?.keys ?? [], operation.flag));
  return {
    ...state,
    needed,
    flags: {
      ...state.flags,
      [operation.flag]: { ...result, order: flag.order + 1, facts: flag.facts + (moves ? 1 : 0) },
    },
    alike: state.alike + (operation.does === 'create' ? 1 : 0),
    operations: withItem(state.operations, at, accepted),
  };
};

/** The next flag of the chain that has not been read. */
const nextOfChain = (needs: readonly string[], chain: Progress['chain']): string | undefined => {
  const wanted = [...needs, ...Object.values(chain).flatMap((flag) => flag.needs)];
  return wanted.find((key) => !(key in chain));
};

const neededOf = (flags: FactsWorld['flags']): Record<string, Needed> =>
  Object.fromEntries(Object.keys(flags).map((key) => [key, { keys: whoNeeds(flags, key), counter: 0 }]));

const whoNeeds = (flags: FactsWorld['flags'], key: string): string[] =>
  Object.keys(flags).filter((other) => flags[other]?.state === 'live' && flags[other]?.needs.includes(key));

const promises = (lookAlikes: readonly string[]): Model<FactsState>['always'] => ({
  'no live flag needs a dead one': ({ flags }) => needing(flags, (_, other) => other.state !== 'live'),
  'every service that has a flag has what it needs': ({ flags }) =>
    needing(flags, (flag, other) => flag.everywhere && !other.everywhere),
  'needs do not go round in a circle': ({ flags }) => {
    const reaches = (from: string, to: string, depth: number): boolean =>
      depth > 0 && (flags[from]?.needs ?? []).some((key) => key === to || reaches(key, to, depth - 1));
    const inCircle = Object.keys(flags).find((key) => reaches(key, key, Object.keys(flags).length));
    return inCircle && `${inCircle} needs itself`;
  },
  'no two live flags look alike': ({ flags }) => {
    const live = lookAlikes.filter((key) => flags[key]?.state === 'live');
    return live.length > 1 ? live.join(' and ') : undefined;
  },
  'NEEDED names those that need a flag, and nobody else': ({ flags, needed }) => {
    const wrong = Object.keys(flags).find((key) => needed[key]?.keys.join() !== whoNeeds(flags, key).sort().join());
    return wrong && `NEEDED of ${wrong} names ${needed[wrong]?.keys.join(', ') || 'nobody'}`;
  },
  'no other flag makes a kill wait': ({ killThatWaited }) => killThatWaited,
});

const needing = (flags: FactsState['flags'], isWrong: (flag: Flag, other: Flag) => boolean): string | undefined => {
  for (const [key, flag] of Object.entries(flags)) {
    if (flag.state !== 'live') continue;
    const wrong = flag.needs.find((other) => flags[other] !== undefined && isWrong(flag, flags[other]));
    if (wrong !== undefined) return `${key} is live and needs ${wrong}, which is ${flags[wrong]?.state}`;
  }
  return undefined;
};
