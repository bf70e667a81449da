/** What a region is taken to know that has reported nothing: the rules that every release knows. */
const FIRST_RULES_VERSION = 1;

/**
 * The version of the rules under which home accepts: the newest that it has itself and that every serving region has
 * reported (rule 3), so that no region refuses what home has accepted while a release is on its way.
 *
 * @param own home's
 * @param reported by each serving region; `null`: nothing yet
 */
export const acceptedVersion = (own: number, reported: Iterable<number | null>): number =>
  Math.min(own, ...[...reported].map((version) => version ?? FIRST_RULES_VERSION));
