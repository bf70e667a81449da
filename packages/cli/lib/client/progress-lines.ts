import type { ChangeView } from '@flaghoist/control-plane/views/schemas';
import type { Output } from '../output.ts';
import { barLine } from '../up/bars.ts';

interface Drawn {
  readonly since: number;
  readonly now: number;
  readonly colours: Output['colours'];
}

/** One line per region: how many of the caches have acknowledged a change, and when all of them were seen holding it. */
export const progressLines = (progress: ChangeView['progress'], { since, now, colours }: Drawn): string[] =>
  progress.map(({ region, acknowledged, expected, seenAt }) =>
    barLine({
      region,
      count: acknowledged,
      of: expected,
      ms: Math.max(0, (seenAt ?? now) - since),
      complete: seenAt !== null,
      colours,
    }),
  );
