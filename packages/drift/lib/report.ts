import { isExpired, isTooFar } from '@flaghoist/plan-reading/expiry';
import { secretsOfPlans, withoutSecrets } from '@flaghoist/plan-reading/secrets';
import { shown } from '@flaghoist/plan-reading/tree';
import type { ClassifiedLeaf, DriftClass } from './classify.ts';
import { pathText } from './leaves.ts';
import type { Looked, Unread } from './looked.ts';
import { isNoise, isUnmanagedNoise, type NoiseEntry, type NoiseList, noiseSubject } from './noise-list.ts';
import { outputDrifts } from './output-drift.ts';
import { resourceDrifts } from './resource-drift.ts';
import { type Concern, concernRank, isAtLeast, type Level, severityOf, severityOfConcern } from './severity.ts';
import type { UnmanagedSearch } from './unmanaged.ts';

export interface Finding {
  readonly address: string;
  readonly type: string;
  /** Of the attribute; `#existence`, `#replacement`, `#address` and `#action` are about the resource itself. */
  readonly path: string;
  readonly class: DriftClass;
  readonly concern: Concern;
  readonly severity: Level;
  /** As the last apply left it. Values are JSON, or `(sensitive)`, or `(known after apply)`. */
  readonly recorded: string;
  /** As it was just read. */
  readonly now: string;
  /** As the next apply would make it. */
  readonly configured: string;
  /** The line of the noise list that says why it does not count. */
  readonly noise: number | null;
}

interface UnmanagedFinding {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly concern: Concern;
  readonly severity: Level;
  readonly noise: number | null;
}

interface ReportedEntry {
  readonly line: number;
  readonly subject: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
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
    readonly resources: Readonly<Record<DriftClass | 'clean' | 'unread', number>>;
    readonly attributes: Readonly<Record<DriftClass | 'compared' | 'noise' | 'explained', number>>;
    readonly unmanaged: number;
  };
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** What could not be read, or not be classified for certain, and why. */
  readonly unread: readonly Unread[];
  readonly unmanaged: {
    readonly searched: boolean;
    readonly regions: readonly string[];
    readonly tags: Readonly<Record<string, string>>;
    readonly resources: readonly UnmanagedFinding[];
    readonly unknown: UnmanagedSearch['unknown'];
  };
  readonly noise: {
    readonly file: string;
    /** They no longer hold: what they covered counts again. */
    readonly expired: readonly ReportedEntry[];
    /** They end more than 366 days from the day, and do not hold. */
    readonly tooFar: readonly ReportedEntry[];
    /** They covered nothing this time. */
    readonly unused: readonly ReportedEntry[];
  };
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

/** Puts together what is known of an environment's drift. Holds nothing that is marked sensitive, nor copies of it. */
export const createDriftReport = (input: ReportInput): DriftReport => {
  const { plans, noise, day, unmanaged } = input;
  const valid = noise.entries.filter((entry) => !isExpired(entry, day) && !isTooFar(entry, day));
  const used = new Set<number>();
  const resources = resourceDrifts(plans);
  const secrets = secretsOfPlans([plans.refresh, plans.normal]);
  const clean = (text: string): string => withoutSecrets(text, secrets);
  const findingsOf = (address: string, type: string, leaves: readonly ClassifiedLeaf[]): readonly Finding[] =>
    leaves.map((leaf) => {
      const finding = findingOf(address, type, leaf);
      const entry = valid.find((each) => isNoise(each, finding));
      if (entry !== undefined) used.add(entry.line);
      const { path, recorded, now, configured } = finding;
      return {
        ...finding,
        path: clean(path),
        recorded: clean(recorded),
        now: clean(now),
        configured: clean(configured),
        noise: entry?.line ?? null,
      };
    });

  const failed = new Set(input.unread.map(({ address }) => address));
  const byResource = resources.map((resource) => ({
    resource,
    // What could not be planned has no pending part, but what was read to have changed has changed. What could not be read
    // again is as it was recorded, which proves nothing.
    findings: findingsOf(
      resource.address,
      resource.type,
      failed.has(resource.address) ? resource.leaves.filter(({ class: kind }) => kind !== 'pending') : resource.leaves,
    ),
  }));
  const outputs = outputDrifts(plans);
  const findings = [
    ...byResource.flatMap((each) => each.findings),
    ...outputs.flatMap(({ address, leaves }) => findingsOf(address, 'output', leaves)),
  ].sort(worstFirst);
  const unread = [
    ...input.unread,
    ...resources.flatMap(({ address, unknown }) =>
      unknown === undefined || failed.has(address) ? [] : [{ address, reason: unknown }],
    ),
  ].map(({ address, reason }) => ({ address, reason: clean(reason) }));
  const strays = (unmanaged?.resources ?? []).map(({ arn, tags }): UnmanagedFinding => {
    const entry = valid.find((each) => isUnmanagedNoise(each, arn));
    if (entry !== undefined) used.add(entry.line);
    const { concern, level } = severityOfConcern('unmanaged');
    return { arn, tags, concern, severity: level, noise: entry?.line ?? null };
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
    unread,
    unmanaged: {
      searched: unmanaged !== undefined,
      regions: unmanaged?.regions ?? [],
      tags: unmanaged?.tags ?? {},
      resources: strays,
      unknown: unmanaged?.unknown ?? [],
    },
    noise: {
      file: noise.file,
      expired: noise.entries.filter((entry) => isExpired(entry, day)).map(namedEntry),
      tooFar: noise.entries.filter((entry) => isTooFar(entry, day)).map(namedEntry),
      unused: valid.filter(({ line }) => !used.has(line)).map(namedEntry),
    },
  };
};

const findingOf = (address: string, type: string, leaf: ClassifiedLeaf): Finding => {
  const path = pathText(leaf.path);
  const change =
    leaf.class === 'pending'
      ? { before: leaf.now, after: leaf.configured }
      : { before: leaf.recorded, after: leaf.now };
  const { concern, level } = severityOf({ type, path }, change);
  return {
    address,
    type,
    path,
    class: leaf.class,
    concern,
    severity: level,
    recorded: shown(leaf.recorded),
    now: shown(leaf.now),
    configured: shown(leaf.configured),
    noise: null,
  };
};

const CLASS_ORDER: readonly DriftClass[] = ['configuration', 'state-only', 'pending'];

const worstFirst = (a: Finding, b: Finding): number =>
  Number(a.class === 'pending') - Number(b.class === 'pending') ||
  concernRank(a.concern) - concernRank(b.concern) ||
  CLASS_ORDER.indexOf(a.class) - CLASS_ORDER.indexOf(b.class) ||
  (`${a.address} ${a.path}` < `${b.address} ${b.path}` ? -1 : 1);

type ResourceClass = DriftClass | 'clean' | 'unread';

const classOf = (address: string, findings: readonly Finding[], unread: ReadonlySet<string>): ResourceClass => {
  const classes = new Set(findings.filter(({ noise }) => noise === null).map(({ class: kind }) => kind));
  // Drift that is certain stays drift, also when not all of the resource is known.
  const drift = CLASS_ORDER.find((kind) => kind !== 'pending' && classes.has(kind));
  if (drift !== undefined) return drift;
  if (unread.has(address)) return 'unread';
  return classes.has('pending') ? 'pending' : 'clean';
};

const countResources = (classes: readonly ResourceClass[]): DriftReport['counts']['resources'] => {
  const count = (kind: ResourceClass): number => classes.filter((each) => each === kind).length;
  return {
    clean: count('clean'),
    pending: count('pending'),
    'state-only': count('state-only'),
    configuration: count('configuration'),
    unread: count('unread'),
  };
};

const countClasses = (findings: readonly Finding[]): Readonly<Record<DriftClass, number>> => {
  const count = (kind: DriftClass): number =>
    findings.filter((each) => each.class === kind && each.noise === null).length;
  return { pending: count('pending'), 'state-only': count('state-only'), configuration: count('configuration') };
};

const namedEntry = (entry: NoiseEntry): ReportedEntry => ({
  line: entry.line,
  subject: noiseSubject(entry),
  owner: entry.owner,
  reason: entry.reason,
  expires: entry.expires,
});

/** Findings that are drift, count, and are at least this bad: what an alarm is for. */
export const alarming = (
  { findings, unmanaged }: Pick<DriftReport, 'findings' | 'unmanaged'>,
  level: Level,
): readonly (Finding | UnmanagedFinding)[] => [
  ...findings.filter(
    ({ class: kind, noise, severity }) => kind !== 'pending' && noise === null && isAtLeast(severity, level),
  ),
  ...unmanaged.resources.filter(({ noise, severity }) => noise === null && isAtLeast(severity, level)),
];
