import { asTyped, openTerraform } from '@flaghoist/terraform/terraform';
import { applyWaves } from '@flaghoist/waves/apply-waves';
import { WavesOutdatedError } from '@flaghoist/waves/errors';
import type { WaveName } from '@flaghoist/waves/order';
import type { PartWork } from '@flaghoist/waves/part-work';
import { alone, readRecord } from '@flaghoist/waves/plan-folder';
import type { WavesRecord } from '@flaghoist/waves/record';
import { sourcesDigest } from '@flaghoist/waves/sources-digest';
import { createTerraformWork } from '@flaghoist/waves/terraform-work';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findSources } from '../sources.ts';
import { wrongOption } from '../wrong-use.ts';
import { askWorld } from './ask-world.ts';
import { commandGate } from './gate.ts';
import { layoutOf } from './layout.ts';
import { planFolder, type WavesOptions } from './plan.ts';
import { WavesProgress } from './progress.ts';
import { documentOf, sayReport } from './report.ts';

export interface ApplyOptions extends WavesOptions {
  readonly only: readonly string[];
  readonly stopAfter?: WaveName;
  readonly gate?: string;
  readonly settle: number;
}

/** Applies what `hoist waves plan` has shown. */
export const apply = async (
  environment: string,
  options: ApplyOptions,
  { output, signal, insisted, variables }: CommandContext,
): Promise<number> => {
  const { only, stopAfter, atOnce } = options;
  const sources = findSources(options.sources, '.');
  refuseUnknownRegions(only, layoutOf(sources, environment, {}).regions, environment);
  const folder = planFolder(sources, environment, options);
  const record = readRecord(folder);
  refuseMisfit(record, { environment, options });
  const terraform = await openTerraform(variables);
  return alone(folder, async () => {
    if (sourcesDigest(sources) !== record.sources) {
      throw new WavesOutdatedError(`${sources} is not what the plans were made of, or a bundle was built since`);
    }
    // The first Ctrl-C lets what runs go to its end; the second one is passed on.
    const work = createTerraformWork({
      terraform,
      sources,
      environment,
      folder,
      variables: asTyped(variables),
      signal: insisted(),
      alone: true,
    });
    await refuseMoved(record, work);
    const progress = new WavesProgress(output, record);
    const report = await applyWaves({
      work,
      record,
      gate:
        options.gate === undefined
          ? undefined
          : commandGate(options.gate, { environment, settleSeconds: options.settle, variables }),
      only,
      stopAfter,
      atOnce,
      signal,
      onEvent: (event) => progress.on(event),
    });
    progress.end();
    output.document(documentOf(output, record, report));
    if (!output.json) sayReport(output, record, report);
    if (signal.aborted && report.stopped !== null) return exitCodes.interrupted;
    return report.stopped === null || report.stopped === 'asked' ? exitCodes.ok : exitCodes.no;
  });
};

/** The order is that of the region that accepts changes. @throws {WavesOutdatedError} */
const refuseMoved = async (
  { accepting, home, standby, environment }: WavesRecord,
  work: Pick<PartWork, 'output'>,
): Promise<void> => {
  const now = await askWorld({ work, layout: { home, standby: standby ?? undefined }, environment });
  if (now === undefined || now.home === accepting) return;
  throw new WavesOutdatedError(`home has moved to ${now.home} since, and the plans are for ${accepting}`);
};

/** Before there are plans, too: whoever is sent to make some would come back with the same name. */
const refuseUnknownRegions = (only: readonly string[], regions: readonly string[], environment: string): void => {
  const unknown = only.filter((region) => !regions.includes(region));
  if (unknown.length === 0) return;
  throw wrongOption(
    '--only',
    `${environment} has no region ${unknown.join(', ')}`,
    `Name one of: ${regions.join(', ')}.`,
  );
};

const refuseMisfit = (
  record: WavesRecord,
  { environment, options: { only, stopAfter } }: { readonly environment: string; readonly options: ApplyOptions },
): void => {
  if (record.environment !== environment) {
    throw wrongOption('--plans', `they are of ${record.environment}`, `Plan ${environment} into another folder.`);
  }
  refuseUnknownRegions(only, record.regions, environment);
  const names = record.waves.map(({ name }) => name);
  if (stopAfter !== undefined && !names.includes(stopAfter)) {
    throw wrongOption('--stop-after', `the plans have no wave ${stopAfter}`, `Name one of: ${names.join(', ')}.`);
  }
};
