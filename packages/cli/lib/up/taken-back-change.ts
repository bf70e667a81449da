import type { EventOf, FlaghoistEvent } from '@flaghoist/core/events';
import type { Order } from '@flaghoist/core/order';
import { revertIdOf } from '@flaghoist/core/revision';
import type { World } from '@flaghoist/simulator/world';
import { acknowledgements, Followed, isFinal, verdictOf } from './followed.ts';
import { seen, within } from './patience.ts';
import { demonstrationFlag, demonstrator, proposalOf } from './proposal.ts';
import type { Stage, TakenBackChange } from './stage.ts';
import type { Step } from './verified-change.ts';

export interface Cache {
  region: string;
  service: string;
}

interface SecondStep extends Step {
  basedOn: Order;
  broken: Cache;
}

/** The second act: a change that one cache says it has stored and has not, and that is taken back. */
export const showTakenBackChange = async (
  world: World,
  stage: Stage,
  { changeId, regions, expected, basedOn, broken }: SecondStep,
): Promise<TakenBackChange> => {
  world.region(broken.region).caches.breakService(broken.service, 'ignores-writes');
  stage.broken(broken.service, broken.region);

  const followed = new Followed(world, changeId, regions);
  const revert = new Followed(world, revertIdOf(changeId), regions);
  const proposal = proposalOf(changeId, basedOn, world.scheduler.now());
  stage.change(
    `${demonstrationFlag}: updated, while ${broken.service} in ${broken.region} stores nothing`,
    followed.tracker,
    expected,
  );
  await world.home.author(demonstrator).propose(proposal);

  const isInconsistent = (event: FlaghoistEvent): boolean =>
    event.type === 'RegionVerdict' && event.detail.verdict === 'inconsistent';
  // Now, and not when it is found: then it may be taken back before anybody can read it.
  await within(world, 'The change in every healthy cache', allButOne(world, followed, expected));
  const sayWhatWasRead = await stage.reads();
  const detected = await within(world, 'The detection of the broken cache', followed.first(isInconsistent));
  const msToDetect = detected.at - proposal.proposedAt;
  stage.detected(detected as EventOf<'RegionVerdict'>, msToDetect);
  sayWhatWasRead();

  const end = await within(world, 'The rollback', followed.first(isFinal));
  await within(world, 'The revert in every healthy cache', allButOne(world, revert, expected));
  followed.stop();
  revert.stop();
  const rolledBack = end.type === 'ChangeRolledBack' ? end.detail : undefined;
  const change: TakenBackChange = {
    ...acknowledgements(world, followed, proposal.proposedAt, expected),
    verdict: verdictOf(end.type),
    brokenService: broken.service,
    brokenRegion: broken.region,
    msToDetect,
    msToRollback: revert.tracker.percentiles(detected.at).max,
    restoredRevision: basedOn.revision,
    revertOrder: rolledBack?.revertOrder ?? basedOn,
  };
  stage.takenBack(change);
  (await stage.reads())();
  return change;
};

const allButOne = async (world: World, { tracker }: Followed, expected: number): Promise<true> =>
  seen(world, async () => tracker.acknowledged >= expected - 1 || undefined);
