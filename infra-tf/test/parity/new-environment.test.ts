import { readEnvironments } from '@flaghoist/fleet/environments';
import { readSources } from '@flaghoist/parity/sources/read-sources';
import { needsTerraform } from '../needs-terraform.ts';
import { copiedSources } from './copied-sources.ts';
import { fleet, reportOn, shipped } from './report-on.ts';

const { it } = needsTerraform();

it('takes one entry and one file to add an environment that is like the others', async () => {
  const environments = readEnvironments(fleet);
  const last = environments.at(-1);
  if (last === undefined) throw new Error('there is no environment');
  const added = {
    name: 'added',
    region: 'ap-southeast-2',
    replicaRegion: 'ap-northeast-1',
    account: '444444444444',
    upstream: last.name,
  };
  const sources = copiedSources();
  try {
    sources.write('../../fleet/environments.json', JSON.stringify({ environments: [...environments, added] }));
    const variables = sources
      .read(`stacks/application/environments/${last.name}.tfvars`)
      .replace(new RegExp(`\\b${last.name}\\b`, 'g'), added.name)
      .replaceAll(last.account, added.account)
      .replace(/vpc_cidr_block( *)= "[^"]+"/, 'vpc_cidr_block$1= "10.200.0.0/16"');
    sources.write(`stacks/application/environments/${added.name}.tfvars`, variables);

    const planned = [...shipped(), ...(await sources.plan([added.name]))];
    const report = reportOn(planned, await readSources(sources.stackDirectory));
    expect(report.environments.map(({ name }) => name)).toEqual([...environments.map(({ name }) => name), added.name]);
    expect(report.differences.filter(({ status }) => status === 'violation')).toEqual([]);
    expect(report.parity).toBe(true);
  } finally {
    sources.remove();
  }
});
