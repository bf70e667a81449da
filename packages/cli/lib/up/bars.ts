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

/** One line per region: how many of its caches have acknowledged, and how long the last one took. */
export const barLines = ({ tracker, perRegion, startedAt, now, colours }: BarOptions): string[] =>
  [...tracker.regions].map(([region, { acknowledged, lastAt }]) => {
    const filled = Math.round((acknowledged / perRegion) * BAR_WIDTH);
    const complete = acknowledged >= perRegion;
    const bar = '█'.repeat(filled) + colours.dim('░'.repeat(BAR_WIDTH - filled));
    const count = `${String(acknowledged).padStart(4)}/${perRegion}`;
    const time = milliseconds((complete ? lastAt : now) - startedAt);
    return `  ${region.padEnd(LONGEST_REGION)}${complete ? colours.green(bar) : bar} ${count}  ${complete ? time : colours.dim(time)}`;
  });
