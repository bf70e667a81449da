import { join, resolve } from 'node:path';
import { asTyped, openTerraform } from '@flaghoist/terraform/terraform';
import { alone, forgetPlans, writeRecord } from '@flaghoist/waves/plan-folder';
import { planWaves } from '@flaghoist/waves/plan-waves';
import type { Published } from '@flaghoist/waves/published';
import { entriesOf } from '@flaghoist/waves/record';
import { sourcesDigest } from '@flaghoist/waves/sources-digest';
import { createTerraformWork } from '@flaghoist/waves/terraform-work';
import { worldOf } from '../aws/world-of.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findSources } from '../sources.ts';
import { timeOf } from '../time-of.ts';
import { wrongOption } from '../wrong-use.ts';
import { layoutOf } from './layout.ts';
import { sayPlan } from './table.ts';

export interface WavesOptions {
  readonly sources?: string;
  readonly plans?: string;
  readonly atOnce: number;
}

export interface PlanOptions extends WavesOptions {
  readonly back: boolean;
  readonly remove?: string;
  readonly deployment?: string;
  readonly pilot?: string;
  readonly allowReplace: readonly string[];
  readonly allowDestroy: readonly string[];
}

/** Where the plans of an environment are kept. */
export const planFolder = (sources: string, environment: string, { plans }: WavesOptions): string =>
  plans === undefined ? resolve(sources, '..', '..', '.hoist', 'waves', environment) : resolve(plans);

/** Plans all parts, and shows them by waves. */
export const plan = async (
  environment: string,
  options: PlanOptions,
  { output, signal, variables }: CommandContext,
): Promise<number> => {
  const { back, remove, pilot, atOnce } = options;
  const sources = findSources(options.sources, '.');
  const layout = layoutOf(sources, environment, pilot);
  if (remove !== undefined && back) {
    throw wrongOption('--remove', 'it has an order of its own', 'Leave --back away.');
  }
  if (remove !== undefined && !layout.regions.includes(remove)) {
    throw wrongOption(
      '--remove',
      `${environment} has no region ${remove}`,
      `Name one of: ${layout.regions.join(', ')}.`,
    );
  }
  const published = await askWorld(environment, options.deployment, output);
  const folder = planFolder(sources, environment, options);
  const terraform = await openTerraform(variables);
  try {
    return await alone(folder, async () => {
      forgetPlans(folder);
      const record = await planWaves({
        work: createTerraformWork({ terraform, sources, environment, folder, variables: asTyped(variables), signal }),
        layout,
        environment,
        direction: back ? 'back' : 'forward',
        remove,
        published,
        allowed: { replace: options.allowReplace, destroy: options.allowDestroy },
        sources: sourcesDigest(sources),
        atOnce,
        madeAt: new Date(timeOf(undefined)).toISOString(),
        onProgress: (line) => output.progress(line),
      });
      writeRecord(folder, record);
      output.document({ ...record, plans: join(folder) });
      if (!output.json) sayPlan(output, record);
      return entriesOf(record).some(({ refused }) => refused.length > 0) ? exitCodes.no : exitCodes.ok;
    });
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  }
};

const askWorld = async (
  environment: string,
  file: string | undefined,
  output: CommandContext['output'],
): Promise<Published | undefined> => {
  if (file === undefined) return undefined;
  const world = worldOf(file, output);
  if (world.deployment.environment !== environment) {
    throw wrongOption(
      '--deployment',
      `it is that of ${world.deployment.environment}, not of ${environment}`,
      'Read the output of home of this environment: terraform output -json deployment.',
    );
  }
  // The clients of AWS are much code, and nobody else needs them.
  const { publishedIn } = await import('../aws/published.ts');
  return publishedIn(world);
};
