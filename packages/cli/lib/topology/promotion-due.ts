import { describeError } from '@flaghoist/core/describe-error';
import type { HomeStore } from '@flaghoist/core/ports/home-source';
import type { Output } from '../output.ts';

/** Whether no region accepts changes yet, so that somebody has to make the first one home; `null`: nobody could read it. */
export type PromotionDue = boolean | null;

/**
 * Looks once more after a publication, which stands whatever this look finds: a failure is told as progress, and is `null`.
 */
export const promotionDue = async (
  home: Pick<HomeStore, 'lastMove'>,
  output: Pick<Output, 'progress' | 'typed'>,
): Promise<PromotionDue> => {
  try {
    return (await home.lastMove()) === undefined;
  } catch (error) {
    output.progress(describeError(error, { typed: output.typed }));
    return null;
  }
};

/** What is next, for people. @param first the home that the topology names */
export const sayPromotionDue = (due: PromotionDue, first: string, output: Pick<Output, 'say' | 'advise'>): void => {
  if (due === null)
    output.say(
      'Whether a region accepts changes is unknown: the item HOME could not be read. To look again, publish the same version once more; that changes nothing.',
    );
  else if (due) output.advise(`No region accepts changes yet. Next, as who may promote: hoist promote ${first}`);
};
