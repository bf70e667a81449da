import { join } from 'node:path';
import { UnavailableError } from '@flaghoist/core/errors';
import { callerOf } from '@flaghoist/drift/caller';
import type { DriftClass } from '@flaghoist/drift/classify';
import { isNoise, NO_NOISE, parseNoiseList } from '@flaghoist/drift/noise-list';
import { createNoiseOnDay } from '@flaghoist/drift/noise-on-day';
import { OtherEnvironmentError } from '@flaghoist/drift/other-environment';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { readRemediation } from '@flaghoist/fleet/read-remediation';
import { remediationPolicyOf } from '@flaghoist/fleet/remediation';
import { dayOf } from '@flaghoist/plan-reading/expiry';
import { applyRemediation } from '@flaghoist/remediation/apply-remediation';
import { approvalsIn } from '@flaghoist/remediation/approval-keys';
import { RemediationRefusedError } from '@flaghoist/remediation/errors';
import { clearLeftovers, folderMemory, isOfRemediation } from '@flaghoist/remediation/folder-memory';
import { isKnownPlanner } from '@flaghoist/remediation/need';
import { type OutcomeWord, wordOfPlanned } from '@flaghoist/remediation/outcome';
import { planRemediation } from '@flaghoist/remediation/plan-remediation';
import { digestOf } from '@flaghoist/remediation/record';
import { createTerraformWork } from '@flaghoist/remediation/terraform-work';
import { waiting } from '@flaghoist/remediation/waiting';
import { asTyped, openTerraform } from '@flaghoist/terraform/terraform';
import { alone, isOfPlans } from '@flaghoist/waves/plan-folder';
import { type WorldOfAws, worldOf } from '../aws/world-of.ts';
import type { CommandContext } from '../command.ts';
import { type DriftTarget, findTarget } from '../drift/target.ts';
import { exitCodes } from '../exit-codes.ts';
import { planFolderAt } from '../plan-folder.ts';
import { readInput } from '../read-input.ts';
import { findSources } from '../sources.ts';
import { timeOf } from '../time-of.ts';
import { WrongUseError, wrongOption } from '../wrong-use.ts';
import { peopleIn } from './people.ts';
import { settlementFor } from './settlement.ts';
import { storedBy } from './stored.ts';
import { sayApplied, sayDecided, sayPlanned } from './table.ts';
import { trailOf } from './trail.ts';

export interface RemediateOptions {
  readonly plan: boolean;
  readonly apply: boolean;
  readonly approve?: string;
  readonly approvals?: string;
  readonly keep?: string;
  readonly outcome?: string;
  readonly plans?: string;
  readonly store?: string;
  readonly deployment?: string;
  readonly stack: string;
  readonly sources?: string;
  readonly root?: string;
  readonly workspace?: string;
  readonly varFile: readonly string[];
  readonly var: readonly string[];
  readonly backendConfig: readonly string[];
  readonly noise?: string;
  readonly at?: string;
}

/** Plans, or applies what was planned. */
export const remediate = async (
  environment: string,
  options: RemediateOptions,
  context: CommandContext,
  came: (word: OutcomeWord) => void,
): Promise<number> => {
  if (options.plan === options.apply) {
    throw new WrongUseError('either --plan or --apply', 'Give one of them: --plan shows what --apply would do.');
  }
  for (const name of ['approve', 'approvals'] as const) {
    if (options[name] === undefined || options.apply) continue;
    throw wrongOption(`--${name}`, 'it goes with --apply', 'Read the plan, then run --apply with it.');
  }
  if (options.approve !== undefined && options.approvals !== undefined) {
    throw wrongOption(
      '--approvals',
      'it does not go with --approve',
      'Give one of them: who applies it approves, or others have.',
    );
  }
  if (options.keep !== undefined && !options.plan) {
    throw wrongOption('--keep', 'it goes with --plan', 'An apply takes the plan that is there.');
  }
  if (options.keep !== undefined && !/^[0-9a-f]{64}$/.test(options.keep)) {
    throw wrongOption(
      '--keep',
      'it is no digest of a plan',
      'Give all 64 digits, as the report of that plan has them.',
    );
  }
  const { output, variables, insisted } = context;
  // Only entries of the noise list are judged as at another time: what is done is done now, and a plan is as old as it is.
  const at = timeOf(undefined);
  const noiseDay = dayOf(timeOf(options.at));
  const sources = findSources(options.sources, '.');
  const fleet = fleetBeside(sources);
  // Who deploys looks, so that the look and the plan read by the same rights.
  const target = await findTarget(environment, { ...options, sources, tag: [], region: [] }, 's3');
  const world = options.deployment === undefined ? undefined : worldOf(options.deployment, output);
  if (world !== undefined) refuseOtherWorld(world, target);
  const remediation = readRemediation(fleet);
  const policy = remediationPolicyOf(remediation, environment);
  const region = readEnvironments(fleet).find(({ name }) => name === environment)?.region ?? 'us-east-1';
  const folder = planFolderAt(options.plans, {
    usual: join(fleet, '..', '.hoist', 'remediation', environment),
    isOwn: (name) => isOfPlans(name) || isOfRemediation(name),
  });
  const subject = { environment, stack: options.root ?? options.stack, workspace: target.workspace };
  const actor = await callerOf(variables, region);
  const known = { people: peopleIn(fleet), workloads: Object.values(remediation.workloads ?? {}) };
  return alone(folder, async () => {
    clearLeftovers(folder);
    const memory = folderMemory(folder, storedBy(options.store, context));
    const work = createTerraformWork({
      terraform: await openTerraform(variables),
      folder,
      look: {
        root: target.root,
        workspace: target.workspace,
        environment: target.environment,
        varFiles: target.varFiles,
        backend: target.backend,
        vars: options.var,
        hasUpstream: target.hasUpstream,
        variables: asTyped(variables),
        workDirectory: folder,
        onProgress: (line) => output.progress(line),
        // The first Ctrl-C lets an apply go to its end.
        signal: options.apply ? insisted() : context.signal,
      },
    });
    const trail = trailOf(memory, world);
    if (world === undefined) output.progress('Not told to an audit trail: no --deployment.');
    const settlement = settlementFor(output);
    const shared = {
      work,
      memory,
      subject,
      policy,
      at,
      trail: world === undefined ? undefined : { region },
      onSettled: settlement.hear,
    };
    try {
      if (options.plan) {
        const asked = options.keep;
        const kept = asked === undefined ? undefined : await waiting({ work, memory }, { asked, now: at });
        if (kept !== undefined) {
          came('waiting');
          output.document({ outcome: 'waiting', record: kept, digest: digestOf(kept) });
          if (!output.json) output.say(`A plan waits for its approval: ${digestOf(kept)}`);
          await trail.tell();
          return exitCodes.approval;
        }
        const noise = noiseOf(target, noiseDay);
        const onUnreadable = settlement.unreadable;
        const planned = await planRemediation({ ...shared, plannedBy: actor, isNoise: noise, onUnreadable });
        came(wordOfPlanned(planned));
        settlement.document(planned);
        if (!output.json) sayPlanned(output, planned, isKnownPlanner(known, actor));
        await trail.tell();
        if (planned.outcome === 'refused') return exitCodes.no;
        return planned.record?.need === 'ask' ? exitCodes.approval : exitCodes.ok;
      }
      const approves = options.approve;
      const approvals = options.approvals === undefined ? undefined : approvalsIn(readInput(options.approvals));
      const applied = await applyRemediation({ ...shared, known, appliedBy: actor, approves, approvals });
      came(applied.outcome);
      output.document(applied);
      if (!output.json) sayApplied(output, applied);
      await trail.tell();
      return applied.outcome === 'mended' ? exitCodes.ok : exitCodes.no;
    } catch (error) {
      settlement.stopped(error);
      if (error instanceof RemediationRefusedError && error.decided !== undefined && !output.json) {
        sayDecided(output, error.decided);
      }
      // Where the trail is away, the next run tells it; why this one ended is what is asked for now.
      if (!(error instanceof UnavailableError)) {
        await trail.tell().catch(({ message }: Error) => output.progress(message));
      }
      throw error;
    }
  });
};

/** @throws {OtherEnvironmentError} when another environment's trail would hear of this one */
const refuseOtherWorld = ({ deployment: { environment: of } }: WorldOfAws, { environment }: DriftTarget): void => {
  if (environment.others.includes(of))
    throw new OtherEnvironmentError(environment, { what: 'the world of --deployment', of });
};

/** Whether an entry that holds on a day covers a part of a resource. */
const noiseOf = ({ noiseFile }: DriftTarget, day: string) => {
  const list = noiseFile === undefined ? NO_NOISE : parseNoiseList(readInput(noiseFile), noiseFile);
  const noise = createNoiseOnDay(list, day);
  return (address: string, type: string, path: string, kind: DriftClass = 'configuration'): boolean =>
    // Whatever the value: what is known to move by itself is nothing that a machine should put back.
    noise.lineFor((entry) =>
      isNoise({ ...entry, min: undefined, max: undefined }, { address, type, path, class: kind, now: '' }),
    ) !== null;
};
