import { withoutKeys } from '@flaghoist/plan-reading/address';
import type { DriftClass } from './classify.ts';
import { CLASS_ORDER, type Finding } from './finding.ts';

export type ResourceClass = DriftClass | 'clean' | 'unread';

/** Whether something was not read or not planned: by itself, or with all instances of its resource, which have no key then. */
const isUnread = (address: string, unread: ReadonlySet<string>): boolean =>
  unread.has(address) || [...unread].some((each) => each.includes('[*]') && withoutKeys(each) === withoutKeys(address));

/** A resource's class: the worst of its findings that count. */
export const classOf = (address: string, findings: readonly Finding[], unread: ReadonlySet<string>): ResourceClass => {
  const classes = new Set(findings.filter(({ noise }) => noise === null).map(({ class: kind }) => kind));
  // Drift that is certain stays drift, also when not all of the resource is known.
  const drift = CLASS_ORDER.find((kind) => kind !== 'pending' && classes.has(kind));
  if (drift !== undefined) return drift;
  if (isUnread(address, unread)) return 'unread';
  return classes.has('pending') ? 'pending' : 'clean';
};

export const countResources = (classes: readonly ResourceClass[]): Readonly<Record<ResourceClass, number>> => {
  const count = (kind: ResourceClass): number => classes.filter((each) => each === kind).length;
  return {
    clean: count('clean'),
    pending: count('pending'),
    'state-only': count('state-only'),
    configuration: count('configuration'),
    unread: count('unread'),
  };
};

export const countClasses = (findings: readonly Finding[]): Readonly<Record<DriftClass, number>> => {
  const count = (kind: DriftClass): number =>
    findings.filter((each) => each.class === kind && each.noise === null).length;
  return { pending: count('pending'), 'state-only': count('state-only'), configuration: count('configuration') };
};
