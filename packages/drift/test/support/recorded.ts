import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPlan } from '@flaghoist/plan-reading/plan';
import type { TwoPlans } from '../../lib/looked.ts';
import { NO_NOISE, type NoiseList } from '../../lib/noise-list.ts';
import { createDriftReport, type DriftReport, type ReportInput } from '../../lib/report.ts';

export type Recording = 'pending' | 'drifted' | 'taken-in' | 'unreadable';

const fixture = (name: string): string => readFileSync(join(__dirname, '..', 'fixtures', `${name}.jsonl`), 'utf8');

/** The two plans, as `terraform show -json` wrote them. */
export const recordedTexts = (name: Recording): readonly [refresh: string, normal: string] => {
  const [refresh = '', normal = ''] = fixture(name).split('\n');
  return [refresh, normal];
};

export const recordedPlans = (name: Recording): TwoPlans => {
  const [refresh, normal] = recordedTexts(name);
  return { refresh: readPlan(refresh, 'refresh'), normal: readPlan(normal, 'normal') };
};

/** What `terraform plan -json` said on the way. */
export const recordedEvents = (): string => fixture('unreadable-events');

export const reportOf = (plans: TwoPlans, more: Partial<ReportInput> = {}): DriftReport =>
  createDriftReport({
    environment: 'test',
    workspace: 'test',
    root: 'root',
    day: '2026-11-22',
    plans,
    unread: [],
    finished: true,
    unmanaged: undefined,
    noise: NO_NOISE satisfies NoiseList,
    ...more,
  });

/** `class severity address path` of each finding, in order. */
export const lines = ({ findings }: DriftReport): readonly string[] =>
  findings.map(({ class: kind, severity, address, path }) => `${kind} ${severity} ${address} ${path}`);
