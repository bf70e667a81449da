import { readPlan } from '@flaghoist/plan-reading/plan';
import { NO_NOISE } from '../lib/noise-list.ts';
import { createDriftReport } from '../lib/report.ts';

/*
 * pnpm bench: the report of as many drifted resources as there are secrets, each of which may stand in any text of it. Twice
 * as many must take about twice the time.
 */

const report = (count: number) => {
  const resources = Array.from({ length: count }, (_, index) => {
    const about = { address: `aws_ssm_parameter.p["${index}"]`, mode: 'managed', type: 'aws_ssm_parameter' };
    const values = (note: string) => ({ name: `/dev/p/${index}`, value: `secret value ${index * 7919}`, note });
    return { ...about, values, after: values(`now secret value ${index * 7919}`), before: values('then') };
  });
  const prior_state = {
    values: {
      root_module: {
        resources: resources.map(({ address, mode, type, after }) => ({
          ...{ address, mode, type },
          values: after,
          sensitive_values: { value: true },
        })),
      },
    },
  };
  const changes = resources.map(({ address, mode, type, before, after }) => ({
    ...{ address, mode, type },
    change: {
      actions: ['update'],
      ...{ before, after },
      before_sensitive: { value: true },
      after_sensitive: { value: true },
    },
  }));
  const plan = (more: object) =>
    readPlan(JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', prior_state, ...more }), 'plan');
  const plans = { refresh: plan({ resource_drift: changes }), normal: plan({}) };
  const before = process.cpuUsage();
  const { findings } = createDriftReport({
    environment: 'bench',
    workspace: 'bench',
    root: '.',
    day: '2026-11-22',
    plans,
    unread: [],
    finished: true,
    unmanaged: undefined,
    noise: NO_NOISE,
  });
  const { user, system } = process.cpuUsage(before);
  if (findings.length !== count || findings.some(({ now }) => !now.includes('(sensitive)'))) {
    throw new Error(`${findings.length} findings of ${count}, or a secret among them`);
  }
  return (user + system) / 1e6;
};

report(500);
let seconds = 0;
for (const count of [1_000, 2_000, 4_000]) {
  seconds = report(count);
  console.log(`${count} drifted resources with a secret each: ${seconds.toFixed(2)} s of the processor`);
}
process.exitCode = seconds < 3 ? 0 : 1;
