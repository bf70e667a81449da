import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironments } from '../lib/environments.ts';
import { readFleet } from '../lib/fleet.ts';
import { InvalidFileError } from '../lib/invalid-file.ts';
import { withAllReleased } from '../lib/released-policies.ts';

const shipped = join(__dirname, '../../../fleet');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flaghoist-fleet-'));
  cpSync(shipped, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const linesOf = (file: string): string[] => readFileSync(join(folder, file), 'utf8').split('\n');

/** Puts another text in the first line that has one; its number. */
const plant = (file: string, wanted: string, instead: string): number => {
  const lines = linesOf(file);
  const index = lines.findIndex((line) => line.includes(wanted));
  if (index === -1) throw new Error(`${file} has no line with ${wanted}`);
  lines[index] = (lines[index] ?? '').replace(wanted, instead);
  writeFileSync(join(folder, file), lines.join('\n'));
  return index + 1;
};

const thrown = (): InvalidFileError => {
  try {
    readFleet(folder);
  } catch (error) {
    if (error instanceof InvalidFileError) return error;
    throw error;
  }
  throw new Error('nothing was found');
};

it('finds nothing in the shipped files', () => {
  const { topology, people, policies } = readFleet(shipped);
  expect(topology.value.services.length).toBeGreaterThanOrEqual(156);
  expect(people.value.people.length).toBeGreaterThan(20);
  expect([...policies.keys()]).toEqual(expect.arrayContaining(['default.v1', 'dev.v1', 'prod.v1', 'staging.v1']));
});

const shippedFleet = readFleet(shipped);
const topology = 'topology.json';
const topologyVersion = `"version": ${shippedFleet.topology.value.version}`;
const prodVersion = Math.max(
  ...[...shippedFleet.policies.keys()].flatMap((name) => Number(/^prod\.v(\d+)$/.exec(name)?.[1] ?? 0)),
);
const prod = `policies/prod.v${prodVersion}.json`;
const order = shippedFleet.environments.value.environments.map(({ name }) => name);

it.each([
  ['from a rule that there is not', '"FH-SAFE-10"', '"FH-SAFE-99"', /no rule "FH-SAFE-99" that can be waived/],
  ['from a firm rule', '"FH-SAFE-10"', '"FH-ROLLOUT-21"', /no rule "FH-ROLLOUT-21" that can be waived/],
  ['from a check of the protocol', '"FH-SAFE-10"', '"FH-REV-02"', /no rule "FH-REV-02" that can be waived/],
  ['of a team that is nobody', '"team-payments"', '"team-paymints"', /of the team "team-paymints"/],
  ['approved by nobody', '"noor.haddad@bank.example"', '"noor@bank.example"', /nobody in fleet\/people.json/],
])('names a waiver %s, and takes the one that README.md shows', (_wrong, wanted, instead, says) => {
  const [, example = ''] = /```json\n(\{ "rule".*\})\n```/.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? [];
  plant('waivers.json', '[]', `[${example}]`);
  expect(readFleet(folder).waivers.value.waivers).toHaveLength(1);
  const line = plant('waivers.json', wanted, instead);
  expect(thrown().findings).toEqual([
    expect.objectContaining({ file: 'fleet/waivers.json', line, problem: expect.stringMatching(says) }),
  ]);
});

it.each([
  ['a person', 'AROAPRDAUTHOREXAMPLE3', 'ada.abel@bank.example'],
  ['a machine that is listed', 'AROAPRDPIPELNEXAMPLE3', 'flag-pipeline'],
  ['a submitter', 'AROAPRDCONTRLEXAMPLE3', 'control-plane'],
])('names a workload whose role is that of %s, and takes one whose role is nobody’s', (_whose, role, name) => {
  const file = 'remediation.json';
  const policy = '"default":';
  plant(file, policy, `"workloads": { "builds": "AROAPRDBUILDREXAMPLE3" },\n  ${policy}`);
  expect(readFleet(folder).remediation.value.workloads).toEqual({ builds: 'AROAPRDBUILDREXAMPLE3' });
  const line = plant(file, 'AROAPRDBUILDREXAMPLE3', role);
  expect(thrown().findings).toEqual([
    expect.objectContaining({ file: `fleet/${file}`, line, problem: expect.stringContaining(name) }),
  ]);
});

it('names a stack that parity.yaml speaks of and that there is not', () => {
  const stacks = [...new Set(shippedFleet.parity.value.allowed.flatMap((entry) => entry.stacks))];
  expect(() => readFleet(folder, stacks)).not.toThrow();
  const line = plant('parity.yaml', 'stacks: [region-foundation]', 'stacks: [region-foundations]');
  expect(() => readFleet(folder, stacks)).toThrow(
    `fleet/parity.yaml:${line}:14: there is no stack "region-foundations" in infra-tf/lib/stacks. Did you mean "region-foundation"?`,
  );
});

it('names a severity of a check of the protocol', () => {
  const line = plant(prod, '"rule": "FH-LIFE-08"', '"rule": "FH-REV-02"');
  // Beside it stands that a released policy was changed.
  expect(thrown().findings).toContainEqual(
    expect.objectContaining({
      file: `fleet/${prod}`,
      line,
      problem: expect.stringContaining('no rule "FH-REV-02" whose severity is a policy\'s'),
    }),
  );
});

it('takes the service that README.md shows, in a cell that has room', () => {
  const [, example = ''] = /```json\n(\{ "name".*\})\n```/.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? [];
  const { services } = shippedFleet.topology.value;
  expect(services.filter(({ cell }) => cell === JSON.parse(example).cell).length).toBeLessThan(39);
  plant(topology, '"services": [', `"services": [${example},`);
  expect(() => readFleet(folder)).not.toThrow();
});

describe.each([
  [
    'text that is no JSON',
    topology,
    '"home": "us-east-1",',
    '"home": us-east-1,',
    /this is not JSON: unexpected character 'u'\. Write texts and names in double quotes/,
  ],
  [
    'a name twice',
    topology,
    '"home":',
    `${topologyVersion}, "home":`,
    /the name "version" is there twice, first at line 3\. Keep one/,
  ],
  [
    'a misspelt member',
    topology,
    '"dataClass"',
    '"dataClas"',
    /there is no member "dataClas" here; .*Did you mean "dataClass"\?/,
  ],
  [
    'a member nobody knows',
    topology,
    '"state": "serving" }',
    '"state": "serving", "zzz": 1 }',
    /"zzz" here; expected name, state\. Take it away/,
  ],
  ['another type', topology, topologyVersion, '"version": "2"', /version is "2": expected number, received string/],
  ['a missing member', topology, '"owner": "team-payments",', '', /services\[0\]\.owner is missing\. Add owner/],
  [
    'a value that is none of those there are',
    topology,
    '"state": "serving"',
    '"state": "servng"',
    /regions\[0\]\.state is "servng"; expected one of "joining", "serving", "draining"\. Did you mean "serving"\?/,
  ],
  [
    'a home that is not among the regions',
    topology,
    '"home": "us-east-1"',
    '"home": "us-east-9"',
    /home is "us-east-9": must name a serving region/,
  ],
  [
    'a service twice',
    topology,
    '"name": "payment-routing"',
    '"name": "payment-initiation"',
    /services\[1\]\.name is "payment-initiation": the name is there twice/,
  ],
  [
    'a cell that was misspelt',
    topology,
    '"cell": "cell-3"',
    '"cell": "cell-33"',
    /payment-execution is in cell-33, and no service is in cell-32; .*Write cell-32, or/,
  ],
  [
    'an owner that the policies do not know',
    topology,
    '"team-payments"',
    '"team-payment"',
    /policies\/dev\.v\d+\.json has no team "team-payment"\. Did you mean "team-payments"\?/,
  ],
  [
    'a residency that no policy has',
    topology,
    '"residencies": ["eu"',
    '"residencies": ["eux"',
    /has no residency "eux"\. Did you mean "eu"\?/,
  ],
  [
    'a region that no residency has',
    topology,
    '"name": "eu-west-2"',
    '"name": "eu-west-3"',
    /eu-west-3 is in no residency of fleet\/policies\/dev\.v\d+\.json/,
  ],
  [
    'a misspelt parameter of a policy',
    prod,
    '"approvalsRequired"',
    '"aprovalsRequired"',
    /there is no member "aprovalsRequired" here; .*Did you mean "approvalsRequired"\?/,
  ],
  [
    'another version than the name of the file',
    prod,
    `"version": ${prodVersion}`,
    '"version": 99',
    /version is 99; expected \d+, as in the file's name\. .*give a new one a new file/,
  ],
  [
    'a region of a residency that the topology has not',
    prod,
    '"eu-west-2"',
    '"eu-west-9"',
    /topology\.json has no region "eu-west-9"\. Did you mean "eu-/,
  ],
  [
    'a role that nobody has',
    prod,
    '"approverRoles": ["reviewer"]',
    '"approverRoles": ["reviewr"]',
    /nobody in fleet\/people\.json has the role "reviewr"\. Did you mean "reviewer"\?/,
  ],
  [
    'a role of approvers of values that nobody has',
    prod,
    '"valueApproverRoles": ["risk"',
    '"valueApproverRoles": ["rsk"',
    /nobody in fleet\/people\.json has the role "rsk"\. Did you mean "risk"\?/,
  ],
  [
    'somebody twice',
    'people.json',
    'ben.brandt@bank',
    'Ada.abel@bank',
    /people\[1\]\.actor is "Ada\.abel@bank\.example": the name is there twice/,
  ],
  [
    'a role that is no list',
    'people.json',
    '"roles": ["author", "reviewer"]',
    '"roles": "author"',
    /people\[0\]\.roles is "author": expected array/,
  ],
  [
    'a principal of two people',
    'people.json',
    '"role": "AROAPRDAUTHOREXAMPLE3", "session": "ben.brandt@bank.example"',
    '"role": "AROAPRDAUTHOREXAMPLE3", "session": "ada.abel@bank.example"',
    /people\[1\]\.principals\[2\]\.session is "ada\.abel@bank\.example": the principal is that of ada\.abel@bank\.example already/,
  ],
  [
    'a session that is another person’s in other letters',
    'people.json',
    '"session": "ben.brandt@bank.example"',
    '"session": "Ada.Abel@bank.example"',
    /people\[1\]\.principals\[0\]\.session is "Ada\.Abel@bank\.example": .* must differ in more than case/,
  ],
  [
    'a wildcard instead of a session',
    'people.json',
    '"session": "ada.abel@bank.example"',
    '"session": "*"',
    /people\[0\]\.principals\[0\]\.session is "\*": must be one whole session name/,
  ],
  [
    'a role by its name',
    'people.json',
    '"role": "AROADEVAUTHOREXAMPLE1"',
    '"role": "flag-author"',
    /people\[0\]\.principals\[0\]\.role is "flag-author": must be the unique id of a role/,
  ],
  [
    'what no submitter may bring',
    'people.json',
    '"approval"',
    '"aproval"',
    /submitters\[0\]\.submits\[5\] is "aproval"; expected one of .*"approval"\. Did you mean "approval"\?/,
  ],
  [
    'an environment twice',
    'environments.json',
    '"name": "staging"',
    '"name": "dev"',
    /the environment dev is there twice\. Name each once/,
  ],
  [
    'a copy in the same region',
    'environments.json',
    '"eu-central-1"',
    '"eu-west-1"',
    /region and replicaRegion of dev are both eu-west-1\. /,
  ],
  [
    'an upstream that is not there',
    'environments.json',
    '"upstream": "dev"',
    '"upstream": "qa"',
    /no environment "qa" stands before \S+\. Name one that/,
  ],
  [
    'an account that two environments have',
    'environments.json',
    '"222222222222"',
    '"111111111111"',
    /staging is in account 111111111111, as dev is: states lie below the account's number/,
  ],
  [
    'an account of eleven digits',
    'environments.json',
    '"111111111111"',
    '"11111111111"',
    /account is "11111111111": must be the 12 digits/,
  ],
  [
    'a region of an environment that the topology does not have',
    'environments.json',
    '"eu-central-1", "eu-west-2"]',
    '"eu-central-1", "eu-north-9"]',
    /fleet\/topology\.json has no region "eu-north-9"/,
  ],
  [
    'regions of an environment without its standby',
    'environments.json',
    '"regions": ["eu-west-1", "eu-central-1", "eu-west-2"]',
    '"regions": ["eu-west-1", "eu-west-2"]',
    /regions of dev lack eu-central-1, which is home or standby of its flags/,
  ],
  ['what is no region', 'environments.json', '"us-west-2"', '"oregon"', /region is "oregon": must be a region/],
  [
    'an environment without a policy',
    'environments.json',
    '"name": "prod"',
    '"name": "live"',
    /the environment live has no policy\. Add fleet\/policies\/live\.v1\.json/,
  ],
  [
    'an order that is not that of the environments',
    prod,
    `["${order.join('", "')}"]`,
    '["dev", "prod"]',
    new RegExp(`environments are dev, prod; expected ${order.join(', ')}, as in fleet/environments\\.json`),
  ],
  [
    'environments in another order',
    prod,
    `["${order.join('", "')}"]`,
    `["${order.toReversed().join('", "')}"]`,
    new RegExp(
      `environments are ${order.toReversed().join(', ')}; expected ${order.join(', ')}, as in fleet/environments\\.json`,
    ),
  ],
  [
    'an owner of an allowed difference who is nobody',
    'parity.yaml',
    'owner: team-platform',
    'owner: team-platfrom',
    /of the team "team-platfrom"\. Did you mean "team-platform"\?/,
  ],
  [
    'an owner of noise who is nobody',
    'drift-noise.yaml',
    'owner: team-platform',
    'owner: team-platfrom',
    /of the team "team-platfrom"/,
  ],
  [
    'a policy that was released, and is gone',
    'policies/released.json',
    '"default.v1"',
    '"default.v99"',
    /the policy default\.v99 was released, and its file is gone\. Restore fleet\/policies\/default\.v99\.json/,
  ],
  ['an exception without a reason', 'checkov-exceptions.yaml', 'reason:', 'why:', /there is no member "why" here/],
] as const)('%s', (_wrong, file, wanted, instead, says) => {
  it('is named with its line, and with what to do', () => {
    const line = plant(file, wanted, instead);
    const { findings, code, hint, retryable } = thrown();
    expect({ code, retryable }).toEqual({ code: 'FH_INVALID_FILE', retryable: false });
    const found = findings.find(({ problem, remedy }) => says.test(`${problem}. ${remedy}`));
    // A member that is not there is named at the object that lacks it.
    expect(found).toMatchObject({ file: `fleet/${file}`, line: instead === '' ? line - 3 : line });
    expect(hint).toMatch(/^[A-Z].*\.$/);
  });
});

it('judges of each policy the newest version by what there is today, and leaves older ones as they were', () => {
  const next = `policies/prod.v${prodVersion + 1}.json`;
  const renamed = (text: string): string => text.replaceAll('eu-west-2', 'eu-west-9');
  const edit = (file: string, from: string, edited: (text: string) => string): void =>
    writeFileSync(join(folder, file), edited(readFileSync(join(folder, from), 'utf8')));
  const others = [...shippedFleet.policies.keys()].filter((name) => !name.startsWith('prod.'));
  for (const name of others) edit(`policies/${name}.json`, `policies/${name}.json`, renamed);
  const pinned = [...shippedFleet.policies].map(([name, policy]) => {
    const text = others.includes(name) ? renamed(policy.text) : policy.text;
    return [name, { ...policy, text }] as const;
  });
  writeFileSync(
    join(folder, 'policies/released.json'),
    withAllReleased({ ...shippedFleet, policies: new Map(pinned) }),
  );
  edit(topology, topology, renamed);
  edit('environments.json', 'environments.json', renamed);
  edit(next, prod, (text) => renamed(text.replace(`"version": ${prodVersion}`, `"version": ${prodVersion + 1}`)));
  expect(() => readFleet(folder)).not.toThrow();
  edit(next, next, (text) => text.replace('eu-west-9', 'eu-west-2'));
  expect(thrown().findings.map(({ file }) => file)).toContain(`fleet/${next}`);
});

it('names a policy of an environment that there is not', () => {
  const file = `policies/prd.v${prodVersion}.json`;
  cpSync(join(folder, prod), join(folder, file));
  const { findings } = thrown();
  expect(findings).toMatchObject([
    {
      file: `fleet/${file}`,
      line: 1,
      problem: 'fleet/environments.json has no environment "prd"',
      remedy: 'Did you mean "prod"?',
    },
  ]);
});

it('names a released policy that was edited, and takes no other layout for an edit', () => {
  const file = 'policies/prod.v1.json';
  const text = readFileSync(join(folder, file), 'utf8');
  writeFileSync(join(folder, file), JSON.stringify({ ...JSON.parse(text), $schema: './elsewhere.json' }));
  expect(() => readFleet(folder)).not.toThrow();
  writeFileSync(join(folder, file), text);
  plant(file, '"approvalsRequired": 2', '"approvalsRequired": 1');
  expect(thrown().findings).toEqual([
    {
      file: `fleet/${file}`,
      line: 1,
      column: 1,
      problem: 'this is not the prod.v1 that was released',
      remedy: 'Restore fleet/policies/prod.v1.json, and put a change into fleet/policies/prod.v2.json.',
    },
  ]);
});

it('pins what is there when it is released, and leaves a version that is not released to be edited', () => {
  const draft = `policies/prod.v${prodVersion + 1}.json`;
  cpSync(join(folder, prod), join(folder, draft));
  plant(draft, `"version": ${prodVersion}`, `"version": ${prodVersion + 1}`);
  plant(draft, '"approvalsRequired": 2', '"approvalsRequired": 3');
  writeFileSync(join(folder, 'policies/released.json'), withAllReleased(readFleet(folder)));
  expect(() => readFleet(folder)).not.toThrow();
  plant(draft, '"approvalsRequired": 3', '"approvalsRequired": 4');
  expect(thrown().findings).toMatchObject([
    { file: `fleet/${draft}`, problem: `this is not the prod.v${prodVersion + 1} that was released` },
  ]);
});

it('names a parameter that no rule reads any more in a version that is not released, and in no other', () => {
  const draft = `policies/prod.v${prodVersion + 1}.json`;
  cpSync(join(folder, prod), join(folder, draft));
  plant(draft, `"version": ${prodVersion}`, `"version": ${prodVersion + 1}`);
  expect(() => readFleet(folder)).not.toThrow();
  const line = plant(draft, '"approvalsToRestore": 1,', '"approvalsToRestore": 1, "actorIsSessionName": true,');
  expect(thrown().findings).toEqual([
    {
      file: `fleet/${draft}`,
      line,
      column: expect.any(Number),
      problem: expect.stringMatching(/^no rule reads actorIsSessionName any more/),
      remedy: expect.stringMatching(/^Take it away/),
    },
  ]);
});

it('counts nobody who has left among those who have a role', () => {
  plant('people.json', '"roles": ["reviewer", "compliance"]', '"roles": ["reviewer", "compliance"], "active": false');
  expect(thrown().findings).toContainEqual(
    expect.objectContaining({
      file: `fleet/${prod}`,
      problem: 'nobody in fleet/people.json has the role "compliance"',
    }),
  );
});

it('names a file that is missing, and one in policies/ that nothing would read', () => {
  rmSync(join(folder, 'people.json'));
  writeFileSync(join(folder, 'policies/prod-v2.json'), '{}');
  expect(thrown().findings).toMatchObject([
    {
      file: 'fleet/people.json',
      problem: 'the file is missing',
      remedy: 'Restore it: git checkout -- fleet/people.json',
    },
    { file: 'fleet/policies/prod-v2.json', problem: 'this is not the name of a policy' },
  ]);
});

it('names what is wrong in several files, in the order in which one mends it', () => {
  const first = plant('people.json', '"roles"', '"rolls"');
  const second = plant(topology, topologyVersion, '"version": 0');
  const third = plant(topology, '"cell": "cell-2"', '"cell": "2"');
  const { findings } = thrown();
  expect(findings.map(({ file, line }) => `${file}:${line}`)).toEqual([
    `fleet/people.json:${first}`,
    `fleet/${topology}:${second}`,
    `fleet/${topology}:${third}`,
  ]);
});

it('names what cannot be read beside all else that is wrong', () => {
  rmSync(join(folder, 'parity.yaml'));
  mkdirSync(join(folder, 'parity.yaml'));
  plant(topology, '"home":', '"version": 2, "home":');
  expect(thrown().findings).toMatchObject([
    { file: 'fleet/parity.yaml', line: 1, problem: expect.stringMatching(/it cannot be read: .*EISDIR/) },
    { file: `fleet/${topology}`, problem: expect.stringContaining('there twice') },
  ]);
  rmSync(join(folder, 'environments.json'));
  expect(() => readEnvironments(folder)).toThrow(expect.objectContaining({ code: 'FH_INVALID_FILE' }));
});

it('names the files of a folder that is gone', () => {
  rmSync(join(folder, 'policies'), { recursive: true });
  expect(thrown().findings).toMatchObject([{ file: 'fleet/policies/released.json', problem: 'the file is missing' }]);
});

it('says of several mistakes how many there are, each on a line of its own, and that references come later', () => {
  plant('people.json', '"roles"', '"rolls"');
  plant(topology, '"owner": "team-payments"', '"owner": "team-payment"');
  plant(topology, topologyVersion, '"version": 0');
  const { message, hint } = thrown();
  const [first, ...lines] = message.split('\n');
  expect(first).toBe(`${lines.length} places are wrong`);
  for (const line of lines) expect(line).toMatch(/^fleet\/(people|topology)\.json:\d+:\d+: /);
  expect(hint).toContain('are checked once every file has its form');
});

it.each([
  ['a comma that is missing', '"home": "us-east-1",', '"home": "us-east-1"', /token String\. Write the comma or colon/],
  ['a comma too many', '"home": "us-east-1",', '"home": "us-east-1",,', /token Comma\. Take away the comma/],
])('%s is named with the way out', (_wrong, wanted, instead, says) => {
  plant(topology, wanted, instead);
  expect(thrown().message).toMatch(says);
});
