import type { DamagedFlag } from '@flaghoist/control-plane/views/damaged-flag';
import type { FlagRow } from '@flaghoist/control-plane/views/schemas';
import type { Client } from './client.ts';

const PAGE = 500;

interface Flags {
  readonly flags: readonly FlagRow[];
  /** Those that the server cannot read. */
  readonly damaged: readonly DamagedFlag[];
}

interface Page extends Flags {
  readonly next: string | null;
}

/** The flags by key, read page by page. */
export const allFlags = async (
  client: Client,
  { prefix, state }: { readonly prefix?: string; readonly state?: string } = {},
): Promise<Flags> => {
  const flags: FlagRow[] = [];
  const damaged: DamagedFlag[] = [];
  let after: string | undefined;
  for (;;) {
    const page: Page = await client.get<Page>('/v1/flags', { prefix, state, after, limit: PAGE });
    flags.push(...page.flags);
    damaged.push(...page.damaged);
    if (page.next === null) return { flags, damaged };
    after = page.next;
  }
};
