import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson } from '@flaghoist/core/parse';
import type { Applied } from '@flaghoist/drift/applied';
import type { Looked } from '@flaghoist/drift/looked';
import { NO_NOISE, parseNoiseList } from '@flaghoist/drift/noise-list';
import { alarming, createDriftReport } from '@flaghoist/drift/report';
import type { Level } from '@flaghoist/drift/severity';
import { createTaggingApi } from '@flaghoist/drift/tagging-api';
import { takePlans } from '@flaghoist/drift/take-plans';
import { identifiersIn, type SearchOptions, searchUnmanaged, type UnmanagedSearch } from '@flaghoist/drift/unmanaged';
import { dayOf } from '@flaghoist/plan-reading/expiry';
import { stateResources } from '@flaghoist/plan-reading/plan';
import { asTyped, openTerraform } from '@flaghoist/terraform/terraform';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';
import { timeOf } from '../time-of.ts';
import { otherServices } from './other-services.ts';
import { withoutPublished } from './published.ts';
import { sayDrift } from './table.ts';
import { type DriftTarget, findTarget, regionsOf, type TargetOptions } from './target.ts';

export interface DriftOptions extends TargetOptions {
  readonly failOn: Level;
  readonly otherState: readonly string[];
  /** False with `--no-unmanaged`. */
  readonly unmanaged: boolean;
  readonly at?: string;
}

/** Looks at an environment, and says what drifted. */
export const detect = async (environment: string, options: DriftOptions, context: CommandContext): Promise<number> => {
  const { output, signal } = context;
  const day = dayOf(timeOf(options.at));
  const subject = await findTarget(environment, options);
  const noise =
    subject.noiseFile === undefined ? NO_NOISE : parseNoiseList(readInput(subject.noiseFile), subject.noiseFile);
  // Read first, so that a bad file fails before the slow plans start.
  const elsewhere = identifiersIn(options.otherState.map(jsonOf));

  const { recorded, root: directory } = subject;
  const others =
    recorded === undefined
      ? new Set<string>()
      : await otherServices(environment, { sources: recorded.sources, root: directory });

  const looked = await look(subject, options, context);
  if (looked === undefined) return exitCodes.interrupted;
  const unmanaged = options.unmanaged
    ? await searched(looked, { subject, elsewhere, otherServices: others }, context)
    : undefined;
  if (signal.aborted) return exitCodes.interrupted;

  const { workspace, root } = subject;
  const { applied: _, ...plans } = looked;
  const report = createDriftReport({ environment, workspace, root, day, noise, unmanaged, ...plans });
  const alarms = alarming(report, options.failOn).length;
  output.document({ ...report, failOn: options.failOn, alarms });
  if (!output.json)
    sayDrift(output, report, { alarms, failOn: options.failOn, isAlone: options.otherState.length === 0 });
  if (alarms > 0) return exitCodes.no;
  return report.complete ? exitCodes.ok : exitCodes.incomplete;
};

const look = async (
  { root, workspace, environment, varFiles, backend, hasUpstream }: DriftTarget,
  options: DriftOptions,
  { output, signal, variables }: CommandContext,
): Promise<Awaited<ReturnType<typeof takePlans>> | undefined> => {
  const workDirectory = mkdtempSync(join(tmpdir(), 'flaghoist-drift-'));
  try {
    return await takePlans({
      terraform: await openTerraform(variables),
      root,
      workspace,
      environment,
      varFiles,
      backend,
      vars: options.var,
      hasUpstream,
      variables: asTyped(variables),
      workDirectory,
      onProgress: (line) => output.progress(line),
      signal,
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
};

const searched = async (
  { plans, applied }: Looked & { readonly applied: Applied },
  { subject, ...known }: Pick<SearchOptions, 'elsewhere' | 'otherServices'> & { readonly subject: DriftTarget },
  context: CommandContext,
): Promise<UnmanagedSearch | undefined> => {
  const { output, variables } = context;
  const regions = regionsOf(subject, applied);
  const { tags, recorded } = subject;
  if (regions.length === 0) {
    output.progress(
      'Not looking for resources that no state has: no --region, and the environment is in no environments.json',
    );
    return undefined;
  }
  output.progress(`Looking for tagged resources in ${regions.join(', ')} …`);
  const search = await searchUnmanaged(createTaggingApi(variables, applied), {
    regions,
    tags,
    ...known,
    managed: [plans.refresh, plans.normal].flatMap((plan) => stateResources(plan, 'managed')),
  });
  return recorded === undefined ? search : withoutPublished(search, recorded, context);
};

const WRITTEN = 'Write it with terraform show -json.';

const jsonOf = (file: string): unknown => readJson(readInput(file), { what: file, hint: WRITTEN });
