import { basename, join, resolve } from 'node:path';
import { UnavailableError } from '@flaghoist/core/errors';
import { callerOf } from '@flaghoist/drift/caller';
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
import { type OutcomeWord, wordOfApplied, wordOfPlanned } from '@flaghoist/remediation/outcome';
import { planRemediation } from '@flaghoist/remediation/plan-remediation';
import { digestOf, type RemediationRecord } from '@flaghoist/remediation/record';
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
import { noiseOf } from './noise.ts';
import { type RemediateOptions, refuseMisfit } from './options.ts';
import { peopleIn } from './people.ts';
import { settlementFor } from './settlement.ts';
import { storedBy } from './stored.ts';
import { sayApplied, sayDecided, sayPlanned } from './table.ts';
import { trailOf } from './trail.ts';

/** Plans, or applies what was planned. */
export const remediate = async (
  environment: string,
  options: RemediateOptions,
  context: CommandContext,
  came: (word: OutcomeWord) => void,
): Promise<number> => {
  refuseMisfit(options);
  const setting = await settingOf(environment, options, context);
  return alone(setting.folder, async () => {
    const run = { ...(await runIn(setting, options, context)), options, output: context.output, came };
    try {
      return await (options.plan ? plan(run) : apply(run));
    } catch (error) {
      await sayStopped(run, error);
      throw error;
    }
  });
};

/** What is remediated and where, by whose policy, and who is known. */
const settingOf = async (environment: string, options: RemediateOptions, { output, variables }: CommandContext) => {
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
    usual: join(fleet, '..', '.hoist', 'remediation', environment, nameOf(options, target)),
    isOwn: (name) => isOfPlans(name) || isOfRemediation(name),
  });
  const subject = { environment, stack: options.root ?? options.stack, workspace: target.workspace };
  const actor = await callerOf(variables, region);
  const known = { people: peopleIn(fleet), workloads: Object.values(remediation.workloads ?? {}) };
  return { at, noiseDay, target, world, policy, region, folder, subject, actor, known };
};

/** Of its folder: a look at another stack or workspace must not take the place of a plan that waits, or forget what was tried. */
const nameOf = ({ root, stack }: RemediateOptions, { environment, workspace }: DriftTarget): string => {
  const name = root === undefined ? stack : basename(resolve(root));
  return workspace === environment.name ? name : `${name}.${workspace}`;
};

type Setting = Awaited<ReturnType<typeof settingOf>>;

/** What works, remembers and tells in the folder of the plan, which nobody else works in. */
const runIn = async (setting: Setting, options: RemediateOptions, context: CommandContext) => {
  const { output, variables, insisted, signal } = context;
  const { folder, target, world, subject, policy, at, region } = setting;
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
      signal: options.apply ? insisted() : signal,
    },
  });
  if (world === undefined) output.progress('Not told to an audit trail: no --deployment.');
  const settlement = settlementFor(output);
  const trail = world === undefined ? undefined : { region };
  const shared = { work, memory, subject, policy, at, trail, onSettled: settlement.hear };
  return { ...setting, shared, settlement, trail: trailOf(memory, world) };
};

interface Run extends Awaited<ReturnType<typeof runIn>> {
  readonly options: RemediateOptions;
  readonly output: CommandContext['output'];
  readonly came: (word: OutcomeWord) => void;
}

const plan = async (run: Run): Promise<number> => {
  const { shared, settlement, trail, target, noiseDay, actor, known, at, output, came } = run;
  const { keep } = run.options;
  const kept = keep === undefined ? undefined : await waiting(shared, { asked: keep, now: at });
  if (kept !== undefined) {
    came('waiting');
    sayWaiting(run, kept);
    await trail.tell();
    return exitCodes.approval;
  }
  const planned = await planRemediation({
    ...shared,
    plannedBy: actor,
    isNoise: noiseOf(target, noiseDay),
    onUnreadable: settlement.unreadable,
  });
  came(wordOfPlanned(planned));
  settlement.document(planned);
  if (!output.json) sayPlanned(output, planned, { isPlannerKnown: isKnownPlanner(known, actor), policy: run.policy });
  await trail.tell();
  if (planned.outcome === 'refused') return exitCodes.no;
  return planned.record?.need === 'ask' ? exitCodes.approval : exitCodes.ok;
};

const sayWaiting = ({ output }: Run, record: RemediationRecord): void => {
  const digest = digestOf(record);
  output.document({ outcome: 'waiting', record, digest });
  if (!output.json) output.say(`A plan waits for its approval: ${digest}`);
};

const apply = async ({ shared, known, actor, trail, options, output, came }: Run): Promise<number> => {
  const { approve, approvals } = options;
  const applied = await applyRemediation({
    ...shared,
    known,
    appliedBy: actor,
    approves: approve,
    approvals: approvals === undefined ? undefined : approvalsIn(readInput(approvals)),
  });
  came(wordOfApplied(applied));
  output.document(applied);
  if (!output.json) sayApplied(output, applied);
  await trail.tell();
  return applied.outcome === 'mended' ? exitCodes.ok : exitCodes.no;
};

/** What was found out before a run ended with an error. */
const sayStopped = async ({ settlement, trail, output }: Run, error: unknown): Promise<void> => {
  settlement.stopped(error);
  if (error instanceof RemediationRefusedError && error.decided !== undefined && !output.json) {
    sayDecided(output, error.decided);
  }
  // Where the trail is away, the next run tells it; why this one ended is what is asked for now.
  if (error instanceof UnavailableError) return;
  await trail.tell().catch(({ message }: Error) => output.progress(message));
};

/** @throws {OtherEnvironmentError} when another environment's trail would hear of this one */
const refuseOtherWorld = ({ deployment: { environment: of } }: WorldOfAws, { environment }: DriftTarget): void => {
  if (environment.others.includes(of))
    throw new OtherEnvironmentError(environment, { what: 'the world of --deployment', of });
};
