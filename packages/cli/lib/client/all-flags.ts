import type { FlagRow } from '@flaghoist/control-plane/views/schemas';
import type { Client } from './client.ts';

const PAGE = 500;

interface Page {
  readonly flags: readonly FlagRow[];
  readonly next: string | null;
}

/** The flags by key, read page by page. */
export const allFlags = async (
  client: Client,
  { prefix, state }: { readonly prefix?: string; readonly state?: string } = {},
): Promise<readonly FlagRow[]> => {
  const flags: FlagRow[] = [];
  let after: string | undefined;
  for (;;) {
    const page: Page = await client.get<Page>('/v1/flags', { prefix, state, after, limit: PAGE });
    flags.push(...page.flags);
    if (page.next === null) return flags;
    after = page.next;
  }
};
