import { sideBySide } from '@flaghoist/terraform/side-by-side';
import { type Content, type Loss, lossesOf } from './content.ts';
import { WavesRefusedError } from './errors.ts';
import { type Direction, removalOf, type Wave, wavesOf } from './order.ts';
import {
  FOUNDATION_KEY,
  flagsOf,
  foundationOf,
  type Layout,
  type Part,
  partName,
  partsOf,
  readsOf,
  workspaceOf,
} from './part.ts';
import type { PartWork, Task } from './part-work.ts';
import type { Published } from './published.ts';
import type { Entry, Mark, WavesRecord } from './record.ts';

export interface Allowed {
  /** Addresses that may be replaced. */
  readonly replace: readonly string[];
  /** Addresses that may be destroyed. */
  readonly destroy: readonly string[];
}

export interface PlanWavesOptions {
  readonly work: PartWork;
  readonly layout: Layout;
  readonly environment: string;
  readonly direction: Direction;
  /** The region that is to be taken away. */
  readonly remove?: string | undefined;
  /** What the deployed world says; nobody asked it when there is none. */
  readonly published?: Published | undefined;
  readonly allowed: Allowed;
  /** Digest over the sources. */
  readonly sources: string;
  readonly atOnce: number;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly onProgress: (line: string) => void;
}

/**
 * Looks at all states, orders the parts, and plans each that can be planned. Changes nothing.
 *
 * @throws {WavesRefusedError} for a region that must not go, or not now
 * @throws what Terraform failed with
 */
export const planWaves = async (options: PlanWavesOptions): Promise<WavesRecord> => {
  const { work, layout, environment, direction, remove, atOnce, onProgress } = options;
  await refuseStrangers(options);
  const parts = partsOf(layout);
  onProgress(`Reading ${parts.length} states …`);
  const read = await sideBySide(parts, atOnce, (part) => work.mark(part));
  const marks = new Map(parts.map((part, index) => [partName(part), read[index] as Mark]));
  const markOf = (part: Part): Mark => marks.get(partName(part)) as Mark;
  const isThere = (part: Part): boolean => markOf(part).resources > 0;
  const isHalf = (part: Part): boolean =>
    part.stack === 'region-foundation' && isThere(part) && !markOf(part).outputs.includes(FOUNDATION_KEY);
  const order = remove === undefined ? wavesOf(layout, isThere, direction, isHalf) : removal(remove, options, isThere);

  // A region that is on its way out has no replica once its functions are gone.
  const without = layout.draining.filter((region) => region === remove || !isThere(flagsOf(region)));
  const taskOf = ({ stack }: Part): { task: Task['task']; inputs: Record<string, string[]> } => ({
    task: remove !== undefined && stack !== 'flags-global' ? 'destroy' : 'apply',
    inputs: stack === 'flags-global' && without.length > 0 ? { without_replica: [...without] } : {},
  });
  const lossesRefused = (part: Part, content: Content): readonly string[] => {
    if (taskOf(part).task === 'destroy') return [];
    return lossesOf(content).flatMap((loss) => refusal(loss, content, { options, isThere }));
  };
  const entry = async (part: Part): Promise<Attempt> => {
    const task = taskOf(part);
    const known = { ...part, ...task, workspace: workspaceOf(environment, part), mark: markOf(part) };
    const waitsFor =
      task.task === 'destroy' ? [] : readsOf(layout, part).filter((each) => !isThere(each) || isHalf(each));
    const waiting = { ...known, plan: null, waitsFor: waitsFor.map(partName), refused: [] };
    if (waitsFor.length > 0) return { entry: waiting };
    onProgress(`Planning ${partName(part)} …`);
    try {
      const plan = await work.plan(part, task);
      return { entry: { ...known, plan, refused: [...lossesRefused(part, plan.content)], waitsFor: [] } };
    } catch (error) {
      return { entry: waiting, error };
    }
  };
  const wanted = order.flatMap(({ lanes }) => lanes.flat());
  const planned = settled(await sideBySide(wanted, atOnce, entry), layout);
  const entries = new Map(planned.map((each) => [partName(each), each]));
  return {
    schema: 1,
    environment,
    way: remove === undefined ? direction : 'remove',
    madeAt: options.madeAt,
    sources: options.sources,
    home: layout.home,
    standby: layout.standby ?? null,
    regions: [...layout.regions],
    draining: [...layout.draining],
    pilot: layout.pilot ?? null,
    removes: remove ?? null,
    waves: order.map(({ name, lanes }) => ({
      name,
      lanes: lanes.map((lane) => lane.map((part) => entries.get(partName(part)) as Entry)),
    })),
  };
};

/** What the topology no longer has would otherwise stay for ever. @throws {WavesRefusedError} */
const refuseStrangers = async ({ work, layout, environment }: PlanWavesOptions): Promise<void> => {
  const strangers = (await work.regions()).filter((region) => !layout.regions.includes(region));
  const left: string[] = [];
  for (const part of strangers.flatMap((region) => [flagsOf(region), foundationOf(region)])) {
    const { resources } = await work.mark(part);
    if (resources > 0)
      left.push(`${partName(part)} still has ${resources} resources, and ${environment} has no such region`);
  }
  if (left.length === 0) return;
  throw new WavesRefusedError(
    left,
    'Bring the region back as "draining" in fleet/topology.json, take it away with --remove, and only then take it from the file.',
  );
};

interface Attempt {
  readonly entry: Entry;
  readonly error?: unknown;
}

/**
 * What cannot be planned now may be planned once what it reads has changed: a stack refuses states of another version.
 *
 * @throws what the planning of a part failed with that waits for nothing
 */
const settled = (attempts: readonly Attempt[], layout: Layout): readonly Entry[] => {
  const changing = new Set(
    attempts.filter(({ entry: { plan } }) => plan === null || plan.changes).map(({ entry }) => partName(entry)),
  );
  return attempts.map(({ entry, error }) => {
    if (error === undefined) return entry;
    const waitsFor = readsOf(layout, entry)
      .map(partName)
      .filter((read) => changing.has(read));
    if (waitsFor.length === 0) throw error;
    return { ...entry, waitsFor };
  });
};

const refusal = (
  { address, effect, what }: Loss,
  content: Content,
  { options: { allowed, layout, remove }, isThere }: { options: PlanWavesOptions; isThere: (part: Part) => boolean },
): readonly string[] => {
  if (effect === 'replica') {
    // The functions of a region read its replica.
    const missed = (content.replicasLost[address] ?? []).filter(
      (region) => region !== remove && (!layout.draining.includes(region) || isThere(flagsOf(region))),
    );
    return missed.map((region) => `${what}: take the region away with --remove ${region}`);
  }
  const [list, option] =
    effect === 'delete' ? [allowed.destroy, '--allow-destroy'] : [allowed.replace, '--allow-replace'];
  return list.includes(address) ? [] : [`${what}: allow it with ${option} '${address}'`];
};

/** @throws {WavesRefusedError} */
const removal = (
  region: string,
  { layout, environment, published }: PlanWavesOptions,
  isThere: (part: Part) => boolean,
): readonly Wave[] => {
  const refuse = (reason: string, hint: string): never => {
    throw new WavesRefusedError([`${region} is not taken away: ${reason}`], hint);
  };
  if (region === layout.home) {
    return refuse(
      'it is home',
      'The tables of the environment are kept there (flags-global), and no command moves them.',
    );
  }
  if (region === layout.standby) {
    return refuse('it is the standby', 'Name another standby first: replicaRegion in fleet/environments.json.');
  }
  if (!layout.draining.includes(region)) {
    return refuse(
      'it is not draining, so changes still wait for its caches',
      'Make it "draining" in fleet/topology.json with the next version, and publish that with hoist topology publish.',
    );
  }
  if (published === undefined) {
    return refuse(
      'nobody has asked the world whether it drains there too',
      `Plan with --deployment, the output of home: terraform output -json deployment. hoist waves plan ${environment} --remove ${region} --deployment deployment.json`,
    );
  }
  if (published.inUse.includes(region)) {
    return refuse(
      `version ${published.version} of the topology, the newest that is published, has it in use`,
      'Publish the version in which it is "draining" with hoist topology publish, and wait until no change is under way.',
    );
  }
  return removalOf(layout, region).flatMap(({ name, lanes }) => {
    const left = lanes.map((lane) => lane.filter(isThere)).filter((lane) => lane.length > 0);
    return left.length === 0 ? [] : [{ name, lanes: left }];
  });
};
