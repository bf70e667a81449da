import { secretsOfPlans, withoutSecrets } from '@flaghoist/plan-reading/secrets';
import { ABSENT } from '@flaghoist/plan-reading/tree';
import { type FailedCheck, failedChecks } from './checks.ts';
import type { DriftClass } from './classify.ts';
import { classOf, countClasses, countResources, type ResourceClass } from './counts.ts';
import { type Finding, findingsOf, worstFirst } from './finding.ts';
import { grouped } from './grouped.ts';
import type { Judged } from './judge.ts';
import type { Looked, Unread } from './looked.ts';
import { isNoise, isUnmanagedNoise, type NoiseList } from './noise-list.ts';
import { createNoiseOnDay, type ReportedNoise } from './noise-on-day.ts';
import { outputDrifts } from './output-drift.ts';
import { putOff } from './put-off.ts';
import { resourceDrifts } from './resource-drift.ts';
import { type Concern, isAtLeast, type Level, severityOfConcern } from './severity.ts';
import type { UnmanagedSearch } from './unmanaged.ts';

interface UnmanagedFinding {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly concern: Concern;
  readonly severity: Level;
  readonly noise: number | null;
}

export interface DriftReport {
  readonly schema: 1;
  readonly environment: string;
  readonly workspace: string;
  readonly root: string;
  /** The day by which expiry was judged, in UTC. */
  readonly day: string;
  readonly terraformVersion: string;
  /** Whether everything could be read and classified. If not, what is not in the report may have drifted all the same. */
  readonly complete: boolean;
  readonly counts: {
    readonly resources: Readonly<Record<ResourceClass, number>>;
    readonly attributes: Readonly<Record<DriftClass | 'compared' | 'noise' | 'explained', number>>;
    readonly unmanaged: number;
  };
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** Check blocks of the configuration that do not hold. */
  readonly checks: readonly FailedCheck[];
  /** What could not be read, or not be classified for certain, and why. */
  readonly unread: readonly Unread[];
  readonly unmanaged: {
    readonly searched: boolean;
    readonly regions: readonly string[];
    readonly tags: Readonly<Record<string, string>>;
    readonly resources: readonly UnmanagedFinding[];
    readonly unknown: UnmanagedSearch['unknown'];
    readonly leftToOthers: UnmanagedSearch['leftToOthers'];
    readonly unseen: UnmanagedSearch['unseen'];
  };
  readonly noise: ReportedNoise;
}

export interface ReportInput extends Looked {
  readonly environment: string;
  readonly workspace: string;
  readonly root: string;
  readonly day: string;
  /** `undefined` when nobody asked for it. */
  readonly unmanaged: UnmanagedSearch | undefined;
  readonly noise: NoiseList;
}

/** Outputs let nobody in. */
const OUTPUT = { type: 'output', before: ABSENT, after: ABSENT };

/** Puts together what is known of an environment's drift. Holds nothing that is marked sensitive, nor copies of it. */
export const createDriftReport = (input: ReportInput): DriftReport => {
  const { plans, day, unmanaged } = input;
  const noise = createNoiseOnDay(input.noise, day);
  const resources = resourceDrifts(plans);
  const secrets = secretsOfPlans([plans.refresh, plans.normal]);
  const clean = (text: string): string => withoutSecrets(text, secrets);
  const reported = (subject: Judged): readonly Finding[] =>
    findingsOf(subject).map((finding) => {
      const { path, recorded, now, configured } = finding;
      return {
        ...finding,
        path: clean(path),
        recorded: clean(recorded),
        now: clean(now),
        configured: clean(configured),
        noise: noise.lineFor((entry) => isNoise(entry, finding)),
      };
    });

  const failed = new Set(input.unread.map(({ address }) => address));
  const byResource = resources.map((resource) => ({
    resource,
    // What could not be planned has no pending part, but what was read to have changed has changed. What could not be read
    // again is as it was recorded, which proves nothing.
    findings: reported({
      ...resource,
      leaves: failed.has(resource.address)
        ? resource.leaves.filter(({ class: kind }) => kind !== 'pending')
        : resource.leaves,
    }),
  }));
  const outputs = outputDrifts(plans);
  const single = [
    ...byResource.flatMap((each) => each.findings),
    ...outputs.flatMap(({ address, leaves }) =>
      reported({ address, type: 'output', leaves, outside: OUTPUT, planned: OUTPUT }),
    ),
  ].sort(worstFirst);
  const findings = grouped(single);
  const checks = failedChecks(plans).map((check) => ({ ...check, problems: check.problems.map(clean) }));
  const postponed = putOff(plans).filter(({ address }) => !failed.has(address));
  const unread = [
    ...input.unread,
    ...postponed,
    ...resources.flatMap(({ address, unknown }) =>
      unknown === undefined || failed.has(address) ? [] : [{ address, reason: unknown }],
    ),
  ].map(({ address, reason }) => ({ address, reason: clean(reason) }));
  const strays = (unmanaged?.resources ?? []).map(({ arn, tags }): UnmanagedFinding => {
    const { concern, level } = severityOfConcern('unmanaged');
    return { arn, tags, concern, severity: level, noise: noise.lineFor((entry) => isUnmanagedNoise(entry, arn)) };
  });
  const unreadAddresses = new Set(unread.map(({ address }) => address));
  return {
    schema: 1,
    environment: input.environment,
    workspace: input.workspace,
    root: input.root,
    day,
    terraformVersion: plans.refresh.terraform_version,
    complete: input.finished && unread.length === 0 && (unmanaged?.unknown.length ?? 0) === 0,
    counts: {
      resources: countResources(
        byResource.map(({ resource, findings: own }) => classOf(resource.address, own, unreadAddresses)),
      ),
      attributes: {
        compared: resources.reduce((sum, { compared }) => sum + compared, outputs.length),
        explained: resources.reduce((sum, { explained }) => sum + explained.length, 0),
        noise: findings.filter(({ noise: line }) => line !== null).length,
        ...countClasses(findings),
      },
      unmanaged: strays.filter(({ noise: line }) => line === null).length,
    },
    findings,
    checks,
    unread,
    unmanaged: {
      searched: unmanaged !== undefined,
      regions: unmanaged?.regions ?? [],
      tags: unmanaged?.tags ?? {},
      resources: strays,
      unknown: unmanaged?.unknown ?? [],
      leftToOthers: unmanaged?.leftToOthers ?? {},
      unseen: unmanaged?.unseen ?? [],
    },
    noise: noise.reported(),
  };
};

/** Findings that are drift, count, and are at least this bad: what an alarm is for. */
export const alarming = (
  { findings, checks, unmanaged }: Pick<DriftReport, 'findings' | 'checks' | 'unmanaged'>,
  level: Level,
): readonly (Finding | FailedCheck | UnmanagedFinding)[] => [
  ...checks.filter(({ severity }) => isAtLeast(severity, level)),
  ...findings.filter(
    ({ class: kind, noise, severity }) => kind !== 'pending' && noise === null && isAtLeast(severity, level),
  ),
  ...unmanaged.resources.filter(({ noise, severity }) => noise === null && isAtLeast(severity, level)),
];
