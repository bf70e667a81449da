import type { World } from '@flaghoist/simulator/world';
import { acknowledgements, Followed, isFinal, verdictOf } from './followed.ts';
import { within } from './patience.ts';
import { demonstrationFlag, demonstrator, proposalOf } from './proposal.ts';
import type { Stage, VerifiedChange } from './stage.ts';

export interface Step {
  changeId: string;
  regions: readonly string[];
  expected: number;
}

/** The first act: a change that every cache takes. */
export const showVerifiedChange = async (
  world: World,
  stage: Stage,
  { changeId, regions, expected }: Step,
): Promise<VerifiedChange> => {
  const followed = new Followed(world, changeId, regions);
  const proposal = proposalOf(changeId, null, world.scheduler.now());
  stage.change(`${demonstrationFlag}: created, for every service in every region`, followed.tracker, expected);
  await world.home.author(demonstrator).propose(proposal);
  const end = await within(world, 'The verdict of the first change', followed.first(isFinal));
  followed.stop();
  const change: VerifiedChange = {
    ...acknowledgements(world, followed, proposal.proposedAt, expected),
    verdict: verdictOf(end.type),
    msToVerdict: end.at - proposal.proposedAt,
  };
  stage.verified(change);
  (await stage.reads())();
  return change;
};
