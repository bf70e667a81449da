import { sideBySide } from '@flaghoist/terraform/side-by-side';
import { type Content, type Loss, lossesOf } from './content.ts';
import { WavesRefusedError } from './errors.ts';
import { type Direction, removalOf, type Wave, wavesOf } from './order.ts';
import {
  FOUNDATION_KEY,
  flagsOf,
  foundationOf,
  globalOf,
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
  /** What may be replaced: the part and the address, as in `flags-region eu-west-1:aws_sqs_queue.this`. */
  readonly replace: readonly string[];
  /** What may be destroyed, in the same form. */
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
  const unlisted = await unlistedParts(options);
  const parts = partsOf(layout);
  onProgress(`Reading ${parts.length} states …`);
  const read = await sideBySide(parts, atOnce, (part) => work.mark(part));
  const marks = new Map(parts.map((part, index) => [partName(part), read[index] as Mark]));
  const markOf = (part: Part): Mark => marks.get(partName(part)) as Mark;
  const isThere = (part: Part): boolean => markOf(part).resources > 0;
  const isHalf = (part: Part): boolean =>
    part.stack === 'region-foundation' && isThere(part) && !markOf(part).outputs.includes(FOUNDATION_KEY);
  // The tables would lose the replicas of regions that have joined since.
  const leftAlone = unlisted.length === 0 ? [] : [...unlisted, globalOf(layout)].map(partName);
  const order =
    remove === undefined
      ? kept(wavesOf(layout, isThere, direction, isHalf), (part) => !leftAlone.includes(partName(part)))
      : removal(remove, options, isThere);

  // A region that is on its way out has no replica once its functions are gone.
  const noReplica = layout.draining.filter((region) => region === remove || !isThere(flagsOf(region)));
  const taskOf = ({ stack }: Part): { task: Task['task']; inputs: Record<string, string[]> } => ({
    task: remove !== undefined && stack !== 'flags-global' ? 'destroy' : 'apply',
    inputs: stack === 'flags-global' && noReplica.length > 0 ? { without_replica: [...noReplica] } : {},
  });
  const lossesRefused = (part: Part, content: Content): readonly string[] => {
    if (taskOf(part).task === 'destroy') return [];
    return lossesOf(content).flatMap((loss) => refusal(loss, part, { content, options, isThere }));
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
    accepting: layout.accepting,
    regions: [...layout.regions],
    draining: [...layout.draining],
    pilot: layout.pilot ?? null,
    removes: remove ?? null,
    leftAlone,
    waves: order.map(({ name, lanes }) => ({
      name,
      lanes: lanes.map((lane) => lane.map((part) => entries.get(partName(part)) as Entry)),
    })),
  };
};

const kept = (order: readonly Wave[], isKept: (part: Part) => boolean): readonly Wave[] =>
  order.flatMap(({ name, lanes }) => {
    const left = lanes.map((lane) => lane.filter(isKept)).filter((lane) => lane.length > 0);
    return left.length === 0 ? [] : [{ name, lanes: left }];
  });

/**
 * Parts that are there in regions that the topology does not have. On the way back a region may have joined since. Otherwise what the
 * topology no longer has would stay for ever.
 *
 * @throws {WavesRefusedError}
 */
const unlistedParts = async ({ work, layout, environment, direction }: PlanWavesOptions): Promise<readonly Part[]> => {
  const unlisted = (await work.regions()).filter((region) => !layout.regions.includes(region));
  const found: { readonly part: Part; readonly resources: number }[] = [];
  for (const part of unlisted.flatMap((region) => [flagsOf(region), foundationOf(region)])) {
    const { resources } = await work.mark(part);
    if (resources > 0) found.push({ part, resources });
  }
  if (found.length === 0 || direction === 'back') return found.map(({ part }) => part);
  throw new WavesRefusedError(
    found.map(
      ({ part, resources }) =>
        `${partName(part)} still has ${resources} resources, and ${environment} has no such region`,
    ),
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
  part: Part,
  {
    content,
    options: { allowed, layout, remove },
    isThere,
  }: { content: Content; options: PlanWavesOptions; isThere: (part: Part) => boolean },
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
  const named = `${partName(part)}:${address}`;
  return list.includes(named) ? [] : [`${what}: allow it with ${option} '${named}'`];
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
  if (region === layout.accepting) {
    return refuse('changes are accepted there', 'Move home back first: the promoting role writes the item HOME.');
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
  return kept(removalOf(layout, region), isThere);
};
