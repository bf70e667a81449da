import { isNewer, sameOrder } from '../../lib/order.ts';
import { CONCLUSION_SECONDS, type ModelChange } from './timed-rules.ts';
import { nameOf, type TimedWorld } from './timed-world.ts';

/** A change whose document begins so is at fault itself: some cache that answers does not hold it. */
export const BAD = 'bad';

const isBad = ({ record }: ModelChange): boolean => record.documentDigest.startsWith(BAD);
const called = ({ flag, record }: ModelChange): string => nameOf(flag, record.order.revision);
const changesOf = (world: TimedWorld): ModelChange[] => world.changes.flat();
const takenBack = (world: TimedWorld): ModelChange[] =>
  changesOf(world).filter(({ record }) => record.state === 'rolled-back');
const cachesOf = (world: TimedWorld) => world.regions.flatMap(({ caches }) => caches);

export const takenBackThoughHealthy = (world: TimedWorld): ModelChange[] =>
  takenBack(world).filter((change) => !isBad(change));

/** A message needs a moment to learn from its region's replica that there is something newer. */
const REPLICATION_SECONDS = 5;

/** What holds in every timed world. By name: what is broken, if anything, once the world has run. */
export const timedPromises: Readonly<Record<string, (world: TimedWorld) => string | undefined>> = {
  'every change ends within 107 seconds': (world) => {
    const open = changesOf(world).find(
      ({ acceptedAt, endedAt = Number.POSITIVE_INFINITY }) => endedAt - acceptedAt > CONCLUSION_SECONDS.refused + 1,
    );
    return open && world.deciderAwayUntil === 0 ? `${called(open)} was undecided for longer` : undefined;
  },
  'everything heals': (world) => {
    for (const newest of world.changes.flatMap((changes) => changes.slice(-1))) {
      const { flag, record } = newest;
      const behind = cachesOf(world).find((cache) => cache.held.get(flag)?.order.revision !== record.order.revision);
      if (behind !== undefined) return `service ${behind.service} in ${behind.region} does not hold ${called(newest)}`;
      const knownGood = world.knownGood[flag];
      if (!knownGood || !sameOrder(knownGood, record.order)) return `${called(newest)} is not known good`;
    }
    return undefined;
  },
  'no kill is undone': (world) => {
    for (const changes of world.changes) {
      const lifting = changes.findLastIndex(({ record }) => record.kind === 'killed' || record.kind === 'restored');
      const alive = changes.slice(lifting).find(({ record }) => record.flagState === 'live');
      if (changes[lifting]?.record.kind === 'killed' && alive) return `${called(alive)} is alive`;
    }
    return undefined;
  },
  'a revert takes back one change': (world) => {
    for (const { flag, record, target } of takenBack(world)) {
      const fallen = (world.changes[flag] ?? []).find(
        ({ record: other }) =>
          other.state !== 'rolled-back' &&
          isNewer(record.order, other.order) &&
          (target ? isNewer(other.order, target) : true),
      );
      if (fallen) return `${called(fallen)} fell with ${nameOf(flag, record.order.revision)}`;
    }
    return undefined;
  },
  'a revert brings back only what was seen in a cache, and never what a cache failed': (world) => {
    for (const { flag, target, decidedAt = 0 } of takenBack(world)) {
      const change = target ? world.changes[flag]?.[target.revision - 1] : undefined;
      if (change === undefined) continue;
      if (isBad(change)) return `${called(change)} is bad and was brought back`;
      const seen = cachesOf(world).some(({ history }) =>
        history.some((entry) => entry.flag === flag && entry.revision === target?.revision && entry.at <= decidedAt),
      );
      if (!seen && change.record.kind !== 'rolled-back')
        return `${called(change)} was brought back, and no cache had it`;
    }
    return undefined;
  },
  'automatic rollback stays alive': (world) => {
    const left = changesOf(world).find((change) => isBad(change) && change.record.state !== 'rolled-back');
    return left && `${called(left)} is bad and ended as ${left.record.state} ${left.record.holdReason ?? ''}`;
  },
  'nothing that was taken back flashes up': (world) => {
    for (const { flag, record, acceptedAt, decidedAt = 0 } of takenBack(world)) {
      for (const { region, service, history } of cachesOf(world)) {
        const late = history.find(
          (entry) =>
            entry.flag === flag &&
            entry.revision === record.order.revision &&
            entry.at > decidedAt + REPLICATION_SECONDS &&
            entry.at > acceptedAt + 60,
        );
        if (late)
          return `service ${service} in ${region} began to serve ${nameOf(flag, late.revision)} at ${late.at.toFixed(1)} s`;
      }
    }
    return undefined;
  },
  'verified means seen': (world) => {
    for (const change of changesOf(world).filter(({ record }) => record.state === 'verified')) {
      const { flag, record, decidedAt = 0 } = change;
      const blind = cachesOf(world).find(
        ({ history }) =>
          !history.some(
            (entry) =>
              entry.flag === flag &&
              entry.at <= decidedAt &&
              (entry.revision >= record.order.revision ||
                (record.kind === 'rolled-back' &&
                  world.changes[flag]?.[entry.revision - 1]?.record.documentDigest === record.documentDigest)),
          ),
      );
      if (blind) return `${called(change)} is verified, and service ${blind.service} in ${blind.region} never held it`;
    }
    return undefined;
  },
  'nothing is taken back that every cache has held for half a minute': (world) => {
    const heldAll = takenBack(world).find(({ flag, record, decidedAt = 0 }) =>
      cachesOf(world).every(({ history, losses }) =>
        history.some(
          (entry) =>
            entry.flag === flag &&
            entry.revision >= record.order.revision &&
            entry.at < decidedAt - 32 &&
            !losses.some((at) => at > entry.at && at < decidedAt),
        ),
      ),
    );
    return heldAll && `${called(heldAll)} was held by all`;
  },
};
