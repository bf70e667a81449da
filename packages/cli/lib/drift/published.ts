import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlaghoistError } from '@flaghoist/core/errors';
import type { TaggedResource, UnmanagedSearch } from '@flaghoist/drift/unmanaged';
import type { Environment } from '@flaghoist/fleet/environments';
import { publishedOf } from '@flaghoist/stack-outputs/parameters';
import { openTerraform } from '@flaghoist/terraform/terraform';
import type { CommandContext } from '../command.ts';
import { outputsOf } from '../outputs/read.ts';

/** What says so of itself: anybody can. The record decides. */
const isOfPulumi = ({ tags }: TaggedResource): boolean => tags['managed-by'] === 'pulumi';

const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

/**
 * Leaves out what the environment's record says is published. The record is made from the states, and only when something was found
 * that may stand in it. Where it cannot be made, what was found is unknown.
 */
export const withoutPublished = async (
  search: UnmanagedSearch,
  { environment, sources }: { readonly environment: Environment; readonly sources: string },
  context: CommandContext,
): Promise<UnmanagedSearch> => {
  const claimed = search.resources.filter(isOfPulumi);
  if (claimed.length === 0) return search;
  const workDirectory = mkdtempSync(join(tmpdir(), 'flaghoist-published-'));
  try {
    const terraform = await openTerraform(context.variables, context.signal);
    const outputs = await outputsOf(environment, { sources, terraform, workDirectory }, context);
    const published = new Set(publishedOf(outputs).map(({ arn }) => arn));
    return { ...search, resources: search.resources.filter((each) => !(isOfPulumi(each) && published.has(each.arn))) };
  } catch (error) {
    if (context.signal.aborted) return search;
    if (!(error instanceof FlaghoistError)) throw error;
    const reason = `${claimed.length} tagged managed-by = pulumi may be published or not, for the record cannot be made: ${error.message}`;
    const unknown = [...new Set(claimed.map(({ arn }) => regionOf(arn)))].map((region) => ({ region, reason }));
    return {
      ...search,
      resources: search.resources.filter((each) => !isOfPulumi(each)),
      unknown: [...search.unknown, ...unknown],
    };
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
};
