import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Topology } from '@flaghoist/core/topology';
import { modelledLatency, noLatency } from '@flaghoist/in-memory/latency';
import { allLimits, type Limits } from '@flaghoist/in-memory/limits';
import { silent } from '@flaghoist/in-memory/logger';
import { RealScheduler } from '@flaghoist/in-memory/real/scheduler';
import type { Directory } from '@flaghoist/rules/directory';
import type { Policy } from '@flaghoist/rules/policy';
import { dataErrorOf } from '@flaghoist/sqlite-store/errors';
import { DataFolder } from '@flaghoist/sqlite-store/folder';
import type { Notes } from '@flaghoist/sqlite-store/notes';
import { publishedKeysIn } from '@flaghoist/sqlite-store/signing-key';
import { systemRandom } from '@flaghoist/system/random';
import { keptIn } from './kept-in-folder.ts';
import { createWorld, type World } from './world.ts';

interface EmbeddedOptions {
  topology: Topology;
  /** Whether the AWS legs take the time that the latency model gives them. */
  modelled: boolean;
  /** The folder that it keeps its data in. Without it, it forgets everything when it stops. */
  data?: string | undefined;
  log?: Logger;
  /** Parameters of the rules, and who makes and approves changes. */
  policy?: Policy;
  directory?: Directory;
  instrument?: NonNullable<Parameters<typeof createWorld>[0]['instrument']>;
}

/** What a world signs with: the key of its folder, or one that it forgets with everything else. */
export interface Signing {
  readonly secret: KeyObject;
  /** The public halves of it and of all before it. */
  readonly published: readonly KeyObject[];
}

export interface EmbeddedWorld extends World {
  readonly signing: Signing;
  /** What its server keeps for itself; nothing where nothing is kept. */
  notes(kind: string): Notes | undefined;
}

/** A share of deliveries that comes twice: rare, as in AWS, but never absent. */
const DUPLICATES = 0.001;

/**
 * What costs a timer for each call is left out: a laptop plays 1,872 caches. So is what a partition of DynamoDB takes in a second
 * where nothing else of AWS takes time: that is no limit of this machine. Exported for the tests that play under them.
 */
export const embeddedLimits = ({ modelled }: Pick<EmbeddedOptions, 'modelled'>): Limits => ({
  ...allLimits,
  throttling: modelled,
  transactionConflicts: false,
  functionTimeouts: false,
  coldStarts: false,
});

/**
 * The embedded world, loaded and with its schedules running: everything in this process, on the wall clock. In a folder that
 * is in use it goes on where it stood, with the folder's topology.
 *
 * @throws DataInUseError, DataDamagedError, DataNewerError, DataNotWritableError for a folder that cannot be used
 */
export const startEmbeddedWorld = async ({ data, ...options }: EmbeddedOptions): Promise<EmbeddedWorld> => {
  const scheduler = new RealScheduler();
  const { log = silent } = options;
  const folder = data === undefined ? undefined : new DataFolder(data, { scheduler, log });
  const end = (): void => {
    scheduler.close();
    folder?.close();
  };
  try {
    return await startedIn(folder, { ...options, log, scheduler, end });
  } catch (error) {
    end();
    throw data === undefined ? error : dataErrorOf(data, error);
  }
};

interface Starting extends Omit<EmbeddedOptions, 'data'> {
  readonly scheduler: RealScheduler;
  /** What the end of the world ends. */
  readonly end: () => void;
}

const startedIn = async (
  folder: DataFolder | undefined,
  { topology: first, modelled, log, policy, directory, instrument, scheduler, end }: Starting,
): Promise<EmbeddedWorld> => {
  const kept = folder && (await keptIn(folder, first));
  const world = createWorld({
    topology: kept?.topology ?? first,
    keeping: kept?.keeping,
    scheduler,
    random: systemRandom,
    limits: embeddedLimits({ modelled }),
    latency: modelled ? modelledLatency(systemRandom) : noLatency,
    disorder: { duplicates: DUPLICATES, shuffledQueues: true },
    ...(log === undefined ? {} : { log }),
    ...(policy === undefined ? {} : { policy }),
    ...(directory === undefined ? {} : { directory }),
    ...(instrument === undefined ? {} : { instrument }),
  });
  await world.load();
  world.startSchedules();
  // With its getters: which region is home may change.
  const signing = folder === undefined ? ephemeralSigning() : signingIn(folder);
  return Object.create(world, {
    signing: { value: signing },
    notes: { value: (kind: string) => folder?.notes(kind) },
    stop: {
      value: () => {
        world.stop();
        end();
      },
    },
  });
};

const signingIn = ({ path, signingKey }: DataFolder): Signing => ({
  secret: signingKey.secret,
  published: publishedKeysIn(path),
});

const ephemeralSigning = (): Signing => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { secret: privateKey, published: [createPublicKey(privateKey)] };
};
