import type { Output } from '../output.ts';
import type { ChangeTracker } from './change-tracker.ts';

const BAR_WIDTH = 28;
const LONGEST_REGION = 16;

const milliseconds = (ms: number): string => `${Math.round(ms).toLocaleString('en')} ms`;

interface BarOptions {
  tracker: ChangeTracker;
  /** Caches per region. */
  perRegion: number;
  /** When the change was proposed. */
  startedAt: number;
  now: number;
  colours: Output['colours'];
}

interface Bar {
  readonly region: string;
  readonly count: number;
  readonly of: number;
  readonly ms: number;
  readonly complete: boolean;
  readonly colours: Output['colours'];
}

/** How many of a region's caches have something, and since when, or for how long not. */
export const barLine = ({ region, count, of, ms, complete, colours }: Bar): string => {
  const filled = of === 0 ? 0 : Math.round((Math.min(count, of) / of) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + colours.dim('░'.repeat(BAR_WIDTH - filled));
  const counted = `${String(count).padStart(4)}/${of}`;
  const time = milliseconds(ms);
  return `  ${region.padEnd(LONGEST_REGION)}${complete ? colours.green(bar) : bar} ${counted}  ${complete ? time : colours.dim(time)}`;
};

/** One line per region: how many of its caches have acknowledged, and how long the last one took. */
export const barLines = ({ tracker, perRegion, startedAt, now, colours }: BarOptions): string[] =>
  [...tracker.regions].map(([region, { acknowledged, lastAt }]) => {
    const complete = acknowledged >= perRegion;
    const ms = (complete ? lastAt : now) - startedAt;
    return barLine({ region, count: acknowledged, of: perRegion, ms, complete, colours });
  });
