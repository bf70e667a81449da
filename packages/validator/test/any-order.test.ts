import type { ProposalOutcome } from '@flaghoist/core/proposal';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { doomed, failingOnce, interleaved } from '@flaghoist/test-kit/trouble';
import type { DynamoDBRecord } from 'aws-lambda';
import { createAcceptHandler, createResumeHandler } from '../lib/handler.ts';
import type { AcceptHandlerPorts, ResumePorts } from '../lib/ports.ts';
import { createHome, type Home } from './support/home.ts';
import { eventOf } from './support/stream-tail.ts';

/** Two thousand with MODEL_BOUNDS=large: each order takes some milliseconds of judging. */
const ORDERS = process.env['MODEL_BOUNDS'] === 'large' ? 2_000 : 400;
const STEPS = 8;
const MINUTE = 60_000;

type Ports = AcceptHandlerPorts & ResumePorts;

/** What may happen next, in any order. */
const steps: Readonly<Record<string, (world: World) => Promise<void> | void>> = {
  put: (world) => world.put('updated'),
  putKill: (world) => world.put('killed'),
  putRestore: (world) => world.put('restored'),
  killAndRestore: (world) => world.killAndRestore(),
  deliver: (world) => world.deliver((ports) => ports),
  deliverAndDie: (world) =>
    world.deliver((ports) => doomed(ports, { atCall: world.at(9), moment: world.one('before', 'after') }).ports),
  deliverWithTrouble: (world) =>
    world.deliver((ports) => failingOnce(ports, { atCall: world.at(9), moment: world.one('before', 'after') }).ports),
  giveUp: (world) => world.giveUp(),
  deliverAgain: (world) => world.deliverAgain(),
  resume: (world) => world.resume((ports) => ports),
  resumeAndDie: (world) =>
    world.resume((ports) => doomed(ports, { atCall: world.at(12), moment: world.one('before', 'after') }).ports),
  bothAtOnce: (world) => world.bothAtOnce(),
  retry: (world) => world.retry(),
  wait: (world) => world.home.clock.advance(world.one(1_000, MINUTE, 6 * MINUTE, 16 * MINUTE)),
};

/** Home in trouble: its stream, its sweep and an author who tries again. */
class World {
  readonly home: Home = createHome();
  readonly random: SeededRandom;
  readonly proposed: Awaited<ReturnType<Home['propose']>>[] = [];
  readonly told = new Map<string, ProposalOutcome>();
  #waiting: DynamoDBRecord[] = [];
  #seen: DynamoDBRecord[] = [];

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  at(most: number): number {
    return 1 + Math.floor(this.random.next() * most);
  }

  one<T>(...choices: readonly T[]): T {
    return choices[Math.floor(this.random.next() * choices.length)] as T;
  }

  async put(kind: 'updated' | 'killed' | 'restored'): Promise<void> {
    this.proposed.push(await this.home.propose(kind));
  }

  /** Somebody else kills the flag, and restores it. */
  async killAndRestore(): Promise<void> {
    for (const kind of ['killed', 'restored'] as const) {
      const waiting = this.home.tail.take();
      this.#hold(waiting);
      await this.put(kind);
      const own = this.home.tail.take();
      this.#seen.push(...own.filter(isOfProposals));
      await this.home.deliver(own);
    }
  }

  async retry(): Promise<void> {
    const proposal = this.one(...this.proposed);
    if (proposal !== undefined) await this.home.author.propose(proposal);
  }

  async deliver(through: (ports: Ports) => Ports): Promise<void> {
    this.#take();
    const records = this.#waiting.splice(0, this.at(3));
    const accept = createAcceptHandler(through(this.home.ports));
    const failed = await this.home.clock.run(accept(eventOf(...records)).catch(() => undefined));
    const again = new Set(failed?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    this.#seen.push(...records);
    this.#waiting.unshift(
      ...records.filter(({ dynamodb }) => failed === undefined || again.has(dynamodb?.SequenceNumber ?? '')),
    );
  }

  giveUp(): void {
    this.#take();
    this.#seen.push(...this.#waiting.splice(0, this.at(2)));
  }

  async deliverAgain(): Promise<void> {
    const record = this.one(...this.#seen);
    if (record !== undefined) await this.home.clock.run(createAcceptHandler(this.home.ports)(eventOf(record)));
  }

  async resume(through: (ports: Ports) => Ports): Promise<void> {
    await this.home.clock.run(createResumeHandler(through(this.home.ports))({}).catch(() => undefined));
  }

  async bothAtOnce(): Promise<void> {
    this.#take();
    const ports = interleaved(this.home.ports, this.random);
    const records = this.#waiting.splice(0);
    this.#seen.push(...records);
    const both = [createAcceptHandler(ports)(eventOf(...records)), createResumeHandler(ports)({})];
    await this.home.clock.run(Promise.allSettled<unknown>(both));
  }

  /** An outcome that was there once is there for ever, as it was. */
  async check(): Promise<void> {
    for (const { change } of this.proposed) {
      const outcome = await this.home.outcome(change.id);
      const before = this.told.get(change.id);
      if (before !== undefined) expect(outcome).toEqual(before);
      if (outcome !== undefined) this.told.set(change.id, outcome);
    }
  }

  #take(): void {
    this.#hold(this.home.tail.take());
  }

  #hold(records: readonly DynamoDBRecord[]): void {
    this.#waiting.push(...records.filter(isOfProposals));
  }
}

const isOfProposals = ({ eventSourceARN }: DynamoDBRecord): boolean => eventSourceARN?.includes('proposals') ?? false;

const play = async (seed: number): Promise<World> => {
  const world = new World(seed);
  await world.home.decide('created');
  for (let step = 0; step < STEPS; step += 1) {
    const name = world.one(...Object.keys(steps));
    await steps[name]?.(world);
    await world.check();
  }
  // Trouble ends: nobody does anything but the clock.
  await world.home.clock.advance(MINUTE);
  await world.resume((ports) => ports);
  await world.check();
  return world;
};

it(`in ${ORDERS} orders of puts, stream, sweep, retries and deaths each proposal ends once, and no kill is lost`, async () => {
  const ends = new Set<string>();
  for (let seed = 1; seed <= ORDERS; seed += 1) {
    const { home, proposed, told } = await play(seed);
    const revisions = await home.revisions();
    const accepted = revisions.map(({ change }) => change.id);
    const problems: string[] = [];
    if (new Set(accepted).size !== accepted.length) problems.push('accepted twice');
    for (const { change, kind, basedOn } of proposed) {
      const outcome = told.get(change.id);
      if (outcome === undefined) problems.push(`${kind} ${change.id} has no outcome`);
      else {
        ends.add(`${kind} ${outcome.outcome}`);
        if ((outcome.outcome === 'accepted') !== accepted.includes(change.id))
          problems.push(`${change.id} was told wrong`);
      }
      if (kind !== 'killed' || outcome?.outcome === 'accepted') continue;
      const restored = revisions.some((each) => each.kind === 'restored' && each.revision > (basedOn?.revision ?? 0));
      const isLate = outcome?.outcome === 'conflict' && outcome.overtakenBy !== undefined && restored;
      if (!isLate) problems.push(`kill ${change.id} ended as ${outcome?.outcome}`);
    }
    const left = [];
    for await (const marked of home.ports.proposals.pending()) left.push(marked);
    if (left.length > 0) problems.push(`still listed: ${JSON.stringify(left)}`);
    expect({ seed, problems }).toEqual({ seed, problems: [] });
  }
  // The orders reach every end there is.
  expect([...ends]).toEqual(
    expect.arrayContaining([
      'killed accepted',
      'killed conflict',
      'restored accepted',
      'restored conflict',
      'restored expired',
      'updated accepted',
      'updated conflict',
      'updated expired',
    ]),
  );
});
