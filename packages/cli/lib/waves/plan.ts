import { join, resolve } from 'node:path';
import { asTyped, openTerraform } from '@flaghoist/terraform/terraform';
import { type Layout, partName, partsOf } from '@flaghoist/waves/part';
import { alone, forgetPlans, isOfPlans, writeRecord } from '@flaghoist/waves/plan-folder';
import { planWaves } from '@flaghoist/waves/plan-waves';
import { entriesOf } from '@flaghoist/waves/record';
import { sourcesDigest } from '@flaghoist/waves/sources-digest';
import { createTerraformWork } from '@flaghoist/waves/terraform-work';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { planFolderAt } from '../plan-folder.ts';
import { findSources } from '../sources.ts';
import { timeOf } from '../time-of.ts';
import { wrongOption } from '../wrong-use.ts';
import { askWorld } from './ask-world.ts';
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

/** Where the plans of an environment are kept. @throws WrongUseError where there can be none */
export const planFolder = (sources: string, environment: string, { plans }: WavesOptions): string => {
  const usual = resolve(sources, '..', '..', '.hoist', 'waves', environment);
  return planFolderAt(plans, { usual, isOwn: isOfPlans });
};

/** What is allowed of a part that there is not would be looked for in vain. @throws WrongUseError */
const refuseUnknownParts = (option: string, allowed: readonly string[], layout: Layout, environment: string): void => {
  const names = partsOf(layout).map(partName);
  const unknown = allowed.map((each) => each.slice(0, each.indexOf(':'))).find((part) => !names.includes(part));
  if (unknown === undefined) return;
  throw wrongOption(option, `${environment} has no part ${unknown}`, `Name one of: ${names.join(', ')}.`);
};

/** Plans all parts, and shows them by waves. */
export const plan = async (
  environment: string,
  options: PlanOptions,
  { output, signal, variables }: CommandContext,
): Promise<number> => {
  const { back, remove, pilot, atOnce } = options;
  const sources = findSources(options.sources, '.');
  const layout = layoutOf(sources, environment, { pilot });
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
  refuseUnknownParts('--allow-replace', options.allowReplace, layout, environment);
  refuseUnknownParts('--allow-destroy', options.allowDestroy, layout, environment);
  const folder = planFolder(sources, environment, options);
  const terraform = await openTerraform(variables);
  try {
    return await alone(folder, async () => {
      forgetPlans(folder);
      const work = createTerraformWork({
        terraform,
        sources,
        environment,
        folder,
        variables: asTyped(variables),
        signal,
      });
      const published = await askWorld({ work, layout, environment, file: options.deployment });
      const record = await planWaves({
        work,
        layout: layoutOf(sources, environment, { pilot, accepting: published?.home ?? layout.home }),
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
