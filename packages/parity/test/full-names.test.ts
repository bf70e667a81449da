import { hash } from 'node:crypto';
import { findFullNames } from '../lib/model/full-names.ts';
import { environments } from './support.ts';

const [dev, staging] = environments;
if (dev === undefined || staging === undefined) throw new Error('no environments');

const digest = (stem: string): string => hash('sha256', stem).slice(0, 6);
const find = (devText: string, stagingText: string) =>
  findFullNames([
    { environment: dev, variables: {}, text: devText },
    { environment: staging, variables: {}, text: stagingText },
  ]);

it('knows a name that was cut by its hash', () => {
  const cut = `staging-flaghoist-load-${digest('staging-flaghoist-load-balancer')}-a1`;
  const [ofDev, ofStaging] = find('{"name":"dev-flaghoist-load-balancer-a1"}', `{"name":"${cut}"}`);
  expect(ofDev?.size).toBe(0);
  expect(ofStaging?.get(cut)).toBe('staging-flaghoist-load-balancer-a1');
});

it('knows it by region and account in the name, too', () => {
  const account = digest('222222222222');
  const stem = `staging-flaghoist-bucket-logs-usw2-${account}`;
  const cut = `staging-flaghoist-buck-${digest(stem)}-a1`;
  const [, ofStaging] = find(`"dev-flaghoist-bucket-logs-euw1-${digest('111111111111')}-a1"`, `"${cut}"`);
  expect(ofStaging?.get(cut)).toBe(`${stem}-a1`);
});

it.each([
  ['a hash of something else', `staging-flaghoist-load-${digest('staging-other')}-a1`],
  ['a beginning of something else', `staging-flaghoist-lord-${digest('staging-flaghoist-load-balancer')}-a1`],
  ['another suffix', `staging-flaghoist-load-${digest('staging-flaghoist-load-balancer')}-b1`],
])('does not take %s for it', (_what, cut) => {
  expect(find('"dev-flaghoist-load-balancer-a1"', `"${cut}"`)[1]?.size).toBe(0);
});
