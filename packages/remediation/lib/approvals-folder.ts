import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Approval } from './need.ts';

/**
 * Approvals that were put down as `<who>/<digest>`, where the storage lets everybody write below their own `aws:userid` and nowhere
 * else: the place says who it was, and what is in the file says nothing. Deeper files and loose ones are none.
 */
export const approvalsIn = (folder: string): readonly Approval[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: principal }) =>
      readdirSync(join(folder, principal), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name: digest }) => ({ principal, digest })),
    );
