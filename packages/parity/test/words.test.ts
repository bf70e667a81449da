import fc from 'fast-check';
import { readable } from '../lib/model/placeholder.ts';
import { createNormalise } from '../lib/model/words.ts';
import { environments } from './support.ts';

const [dev, , prod] = environments;
if (dev === undefined || prod === undefined) throw new Error('no environments');

const variables = {
  availability_zones: ['eu-west-1b', 'eu-west-1a'],
  cidr_block: '10.20.0.0/16',
  peers: ['10.30.0.0/16', '172.32.0.0/16'],
  callers: ['203.0.113.0/24', '100.63.0.0/16', '100.64.8.0/24'],
};
const normalise = createNormalise({ environment: dev, variables, networks: ['10.20.0.0/16', '100.64.8.0/24'] });

it.each([
  ['dev-web', '<environment>-web'],
  ['/dev/web', '/<environment>/web'],
  ['app_dev', 'app_dev'.replace('dev', '<environment>')],
  ['DEV and Dev', '<ENVIRONMENT> and <Environment>'],
  ['device', 'device'],
  ['mydev', 'mydev'],
  ['FlagsDev', 'Flags<Environment>'],
  ['arn:aws:sns:eu-west-1:111111111111:FlagsDev', 'arn:aws:sns:<region>:<account>:Flags<Environment>'],
  ['Flags2Dev and flagsDev-x', 'Flags2<Environment> and flags<Environment>-x'],
  ['DevOps, MyDevOps, MyDevice, AWSDev and FlagsDev2', 'DevOps, MyDevOps, MyDevice, AWSDev and FlagsDev2'],
  ['events:ActivateDev', 'events:ActivateDev'],
  ['/dev/xvda', '/dev/xvda'],
  ['/dev/nvme1n1 is not /dev/null, /dev/shm', '/dev/nvme1n1 is not /dev/null, /dev/shm'],
  ['/dev/sdk-version and a/dev/sda', '/<environment>/sdk-version and a/<environment>/sda'],
  ['dev2', 'dev2'],
  ['arn:aws:sns:eu-west-1:111111111111:x', 'arn:aws:sns:<region>:<account>:x'],
  ['1111111111112', '1111111111112'],
  ['eu-central-1', '<replica region>'],
  ['eu_west_1 and euwest1', '<region in words> and <region in one word>'],
  ['EU_WEST_1, EU-WEST-1 and EUCENTRAL1', '<REGION IN WORDS>, <REGION> and <REPLICA REGION IN ONE WORD>'],
  ['NEU_WEST_1', 'NEU_WEST_1'],
  ['flags-eucentral1', 'flags-<replica region in one word>'],
  ['neuwest1', 'neuwest1'],
  ['eu-west-10', 'eu-west-10'],
  ['us-west-2', 'us-west-2'],
  ['dev-web-role-euw1-a1', '<environment>-web-role-<region code>-a1'],
  ['eu-west-1a eu-west-1b', '<zone 2> <zone 1>'],
  ['eu-west-1f', 'eu-west-1f'],
  ['10.20.16.0/20', '<network cidr_block /20 #1>'],
  ['10.20.0.0/16', '<network cidr_block /16 #0>'],
  ['10.20.0.7', '<network cidr_block host #7>'],
  // Nobody's network here, such as a range that may come in: the same everywhere, or a difference.
  ['10.30.0.0/16', '10.30.0.0/16'],
  ['10.40.0.0/16', '10.40.0.0/16'],
  ['100.64.8.0/24', '<network callers[2] /24 #0>'],
  ['203.0.113.0/24', '203.0.113.0/24'],
  ['100.63.0.0/16', '100.63.0.0/16'],
  ['172.32.0.0/16', '172.32.0.0/16'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['version 10.20.0.7.1', 'version 10.20.0.7.1'],
])('reads %s as %s', (text, meaning) => {
  expect(readable(normalise(text))).toBe(meaning);
});

it("takes the upstream's name for what it means", () => {
  const normaliseProd = createNormalise({ environment: prod, variables: {} });
  expect(readable(normaliseProd('prod after staging'))).toBe('<environment> after <upstream>');
});

it('knows the longer of two words', () => {
  const nested = { ...dev, name: 'dev', upstream: 'dev-base' };
  expect(readable(createNormalise({ environment: nested, variables: {} })('dev-base-x'))).toBe('<upstream>-x');
});

it.each([
  ['dev', '<account> <downstream account> 333333333333'],
  ['staging', '<upstream account> <account> <downstream account>'],
  ['prod', '111111111111 <upstream account> <account>'],
])('knows the accounts before and after %s, and takes all others for strangers', (name, expected) => {
  const environment = environments.find((each) => each.name === name) ?? dev;
  const known = createNormalise({ environment, environments, variables: {} });
  expect(readable(known('111111111111 222222222222 333333333333'))).toBe(expected);
});

it('takes an account that it shares with the one before it for its own', () => {
  const shared = environments.map((each) => ({ ...each, account: dev.account }));
  const environment = shared[1] ?? dev;
  expect(readable(createNormalise({ environment, environments: shared, variables: {} })(dev.account))).toBe(
    '<account>',
  );
});

const word = fc.stringMatching(/^[a-z]{2,8}$/);

it('never changes a text in which no word of the environment stands alone', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^[a-z]{0,5}$/), (before, after) => {
      const text = `${before}dev${after}`;
      expect(normalise(text)).toBe(text);
    }),
  );
});

it('makes any renamed environment the same', () => {
  const template = fc.array(fc.constantFrom('E', 'R', 'A', 'web', '-', '/', ':', '.', '_', 'Zone', '7'), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(template, word, word, (parts, one, other) => {
      const normalised = [one, other].map((name, index) => {
        const environment = {
          ...dev,
          name: `q${name}`,
          ...(index === 0 ? {} : { region: 'ap-south-1', account: '987654321098' }),
        };
        const own: Record<string, string> = { E: environment.name, R: environment.region, A: environment.account };
        const text = parts.map((part) => own[part] ?? part).join('-');
        return createNormalise({ environment, variables: {} })(text);
      });
      expect(normalised[0]).toBe(normalised[1]);
    }),
  );
});
