import { flagsOf, globalOf, type Layout, type Part, partName } from './part.ts';
import type { Mark } from './record.ts';

/**
 * Why a part of a region that goes must not be destroyed yet; nothing when it may.
 *
 * @param mark what a state has now
 */
export const keptBy = async (
  layout: Pick<Layout, 'home'>,
  part: Part,
  mark: (part: Part) => Promise<Mark>,
): Promise<readonly string[]> => {
  const { stack, region } = part;
  if (stack !== 'region-foundation') return [];
  const [flags, global] = await Promise.all([mark(flagsOf(region)), mark(globalOf(layout))]);
  const reasons = [
    ...(flags.resources > 0
      ? [`${partName(flagsOf(region))} still has ${flags.resources} resources, which stand on it`]
      : []),
    ...(global.replicas.includes(region)
      ? [`the tables of ${partName(globalOf(layout))} still have a replica in ${region}, under its key`]
      : []),
  ];
  return reasons.map((reason) => `${partName(part)} is not destroyed: ${reason}`);
};
