import { claimedInstances } from '@flaghoist/core/instance-claim';
import * as z from 'zod';
import type { RegionPorts } from '../ports.ts';
import type { Immutable } from './immutable.ts';

/** A claim of the agents beside their tasks: a figure beside what is known of caches, and never a part of it. */
export const instancesView = z
  .object({
    alive: z.int(),
    holding: z.int().describe('Those that hold all that their cache holds.'),
    behind: z
      .array(z.object({ region: z.string(), service: z.string(), instance: z.string(), behindMs: z.int() }))
      .describe('A few of the others, the furthest behind first.'),
  })
  .meta({ id: 'Instances' });

export type InstancesView = Immutable<z.output<typeof instancesView>>;

const NAMED = 10;

interface Asked {
  readonly regions: readonly string[];
  readonly services: readonly string[];
  readonly now: number;
}

/** What instances claim. `null`: none is alive, or caches cannot be read from here. */
export const instancesOf = async (
  { regions, services, now }: Asked,
  regionOf: (name: string) => Pick<RegionPorts, 'caches'>,
): Promise<InstancesView | null> => {
  const found = await Promise.all(
    regions.map(async (region) => {
      const rows = await regionOf(region).caches?.instances(services);
      const claimed = rows === undefined ? undefined : claimedInstances(rows, services, now);
      return claimed === undefined ? [] : [{ region, ...claimed }];
    }),
  );
  const there = found.flat();
  if (there.length === 0) return null;
  const sum = (of: 'alive' | 'holding'): number => there.reduce((total, each) => total + each[of], 0);
  const behind = there.flatMap(({ region, behind: each }) => each.map((one) => ({ region, ...one })));
  return {
    alive: sum('alive'),
    holding: sum('holding'),
    behind: behind.toSorted((a, b) => b.behindMs - a.behindMs).slice(0, NAMED),
  };
};
