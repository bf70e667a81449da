import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsTerraform } from './needs-terraform.ts';
import { applicationPlans } from './plans/read-plans.ts';

const { describe, it } = needsTerraform();

const root = join(__dirname, '../..');
const [, section = ''] = readFileSync(join(root, 'docs/runbook.md'), 'utf8').split('\n## The application\n');
const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| ([a-z-]+) \| (.+) \|$/gm)].filter(
  ([, name]) => name !== 'alarm' && !/^-+$/.test(String(name)),
);

/** What is at the end of each description: what to do stands in the runbook, under that name. */
const WHAT_TO_DO = /What to do: \S*docs\/runbook\.md, ([a-z-]+)\.$/;

describe.each(applicationPlans().map((plan) => ({ name: plan.environment.name, plan })))('$name', ({ plan }) => {
  const described = plan.resources
    .filter(({ address }) => address.startsWith('module.alarms.'))
    .flatMap(({ values }) => [values['alarm_description'], values['description']])
    .filter((text) => typeof text === 'string');

  it('has a line of the runbook for each alarm and each rule that tells of backups, and no other', () => {
    expect(described.map((text) => WHAT_TO_DO.exec(text)?.[1]).sort()).toEqual(rows.map(([, name]) => name).sort());
  });

  it('looks at load balancer, tasks, database and backups', () => {
    expect(described.length).toBeGreaterThanOrEqual(14);
  });
});
