import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { openTerraform } from '@flaghoist/terraform/terraform';
import { documentedCommands, typeIn } from '@flaghoist/terraform/typed-commands';
import { plannedDifferences } from '@flaghoist/test-kit/plan-differences';
import type { ProgramResult } from '@flaghoist/tools/run-program';
import type { Moto } from '../lib/moto.ts';
import type { Checkout } from './checkout.ts';
import { type Deployment, deploymentOf } from './deployment.ts';
import { behindTerraform, lookForDrift } from './drift.ts';
import { accountOf, emptyAccountOf, filledIn } from './empty-account.ts';
import { interruptedApply } from './interrupted-apply.ts';
import { inventory } from './inventory.ts';
import { leaveStates } from './left-states.ts';
import { heldLocks } from './locks.ts';
import { compareApplied } from './parity.ts';
import { remediating } from './put-back.ts';
import { restoreDeleted, restoreSpoilt } from './restore.ts';
import { withEmulatorSettings } from './settings.ts';
import { type DeployedState, stateOf } from './state.ts';
import { askForState, readBackendFile, type StateBackend, stateKeyOf } from './state-backend.ts';
import { typistOf } from './typist.ts';

export const environments = readEnvironments(fleetBeside(join(__dirname, '..', '..', 'lib')));

export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const otherDigest = `sha256:${'f'.repeat(64)}`;

const at = (index: number): Environment => {
  const found = environments.at(index);
  if (found === undefined) throw new Error(`environments.json has no environment ${index}`);
  return found;
};
export const [first, second, last] = [at(0), at(1), at(-1)];

/** Of the state backend's terraform.tfvars.example: where the states are. */
export const accountOfStates = '444444444444';

/** Of the stack `application`: where the environment's states are, for who deploys and who looks for drift. */
export const backendFilesOf = ({ name }: Environment): readonly string[] =>
  ['s3', 'drift'].map((kind) => join('environments', `${name}.${kind}.tfbackend`));

/** Everywhere that something is created. */
const places = [
  ...environments.flatMap(({ account, region, replicaRegion }) => [
    `${account}/${region}`,
    `${account}/${replicaRegion}`,
  ]),
  `${accountOfStates}/${first.region}`,
];

/** The commands of the stack's README. */
const setUpStates = async (moto: Moto, checkout: Checkout): Promise<string> => {
  const commands = documentedCommands(join(checkout.stack('state-backend'), 'README.md'), 'From an empty account');
  const { exitCode, stdout, stderr } = await typeIn(`${commands}\nterraform state list\n`, {
    directory: checkout.root,
    machine: process.env,
    variables: moto.variables,
  });
  if (exitCode !== 0) throw new Error(`The README's commands ended with ${exitCode}:\n${stdout}${stderr}`);
  return stdout;
};

const takeStatesAway = (moto: Moto, checkout: Checkout): Promise<ProgramResult> =>
  typeIn(documentedCommands(join(checkout.stack('state-backend'), 'README.md'), 'Away with it'), {
    directory: checkout.stack('state-backend'),
    machine: process.env,
    variables: moto.variables,
  });

/** Waits for all, also when one fails, so that no run outlives the emulator. */
const together = async <T extends readonly unknown[] | []>(
  runs: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> => {
  await Promise.allSettled(runs);
  return Promise.all(runs);
};

const statesOf = async (deployments: readonly Deployment[]): Promise<Readonly<Record<string, DeployedState>>> =>
  Object.fromEntries(
    await together(deployments.map(async (each): Promise<[string, DeployedState]> => [each.name, await stateOf(each)])),
  );

/** What a plan says that has read everything anew. */
const secondPlanOf = async (deployment: Deployment, more: readonly string[]): Promise<string> => {
  const file = `${deployment.name}.tfplan`;
  await deployment.expect('plan', [`-out=${file}`, ...more]);
  return deployment.expect('show', [file]);
};

/** Who may do what with whose state, as `who METHOD whose status`. */
const askedForStates = async (
  moto: Moto,
  backendOf: (environment: Environment) => StateBackend,
): Promise<readonly string[]> => {
  const asked: string[] = [];
  for (const [who, method, whose] of [
    [first, 'GET', first],
    [second, 'GET', first],
    [second, 'PUT', first],
    [second, 'DELETE', first],
    [first, 'GET', second],
    [last, 'GET', first],
  ] as const) {
    const key = stateKeyOf(whose);
    const status = await askForState(moto, backendOf(who), { method, key });
    asked.push(`${who.name} ${method} ${whose.name} ${status}`);
  }
  for (const [method, key] of [
    ['PUT', `${stateKeyOf(second)}.tflock`],
    ['PUT', 'application/terraform.tfstate'],
    ['GET', 'state-backend/terraform.tfstate'],
  ] as const) {
    asked.push(`${first.name} ${method} ${key} ${await askForState(moto, backendOf(first), { method, key })}`);
  }
  return asked;
};

/**
 * From an empty account to environments that follow each other, and back to an empty account. The steps are those of the
 * READMEs; the tests judge what was seen on the way.
 */
export const liveThrough = async (moto: Moto, checkout: Checkout) => {
  const before = await inventory(moto, places);
  const typist = await typistOf(moto, checkout, environments);
  const emptyAccount = emptyAccountOf(checkout, typist);
  // The state backend needs no deployment role to exist.
  const [setUp] = await together([setUpStates(moto, checkout), ...environments.map(emptyAccount.prepare)]);
  // The copies of the shipped files, so that those that are there afterwards were written.
  for (const each of environments)
    for (const file of backendFilesOf(each)) rmSync(join(checkout.stack('application'), file));
  const [inWorkspace] = await together([
    typeIn('terraform plan', {
      directory: checkout.stack('state-backend'),
      machine: process.env,
      variables: { ...moto.variables, TF_WORKSPACE: first.name },
    }),
    emptyAccount.shareStates(environments),
  ]);

  const application = checkout.stack('application');
  const backendOf = ({ name }: Environment) =>
    readBackendFile(join(application, 'environments', `${name}.s3.tfbackend`));
  const locks = () => heldLocks(moto, backendOf(first));
  const terraform = await openTerraform(process.env);
  const deployment = ({ name }: Environment) =>
    deploymentOf(terraform, name, { directory: application, variables: moto.variables });
  const [firstOne, secondOne, lastOne] = [deployment(first), deployment(second), deployment(last)];
  await together([firstOne, secondOne].map((each) => each.expect('init')));

  const image = [`-var=image_digest=${digest}`];
  const [withoutUpstream, accounts] = await together([
    secondOne.run('plan'),
    together(environments.map((each) => accountOf(typist, each))),
  ]);
  const interrupted = await interruptedApply(firstOne, {
    moto,
    states: backendOf(first).bucket,
    more: image,
    look: async () => ({ locks: await locks(), second: await firstOne.run('plan', image) }),
  });
  const afterInterruption = { state: await stateOf(firstOne), locks: await locks() };

  const created = environments.map(deployment);
  const [firstDeployments, furnished] = await withEmulatorSettings(checkout, async () => {
    // Each environment by itself, all at once, and one after the other only where it needs the one upstream.
    await together(environments.map(emptyAccount.begin));
    const [begun, typed] = await together([
      statesOf(created),
      together(environments.map((each) => emptyAccount.furnish(each))),
    ]);
    for (const each of environments)
      await emptyAccount.deploy(each, digest, String(begun[each.upstream ?? each.name]?.outputs['repository_url']));
    return [begun, typed] as const;
  });
  const filled = await together(environments.map((each) => filledIn(typist, each)));
  const states = await statesOf(created);
  leaveStates(states);

  const access = await askedForStates(moto, backendOf);
  const lookForFirst = () => lookForDrift(moto, checkout, first, backendOf(first));
  // Together with the second plans, which mostly wait as well.
  const [undrifted, secondPlans] = await together([
    withEmulatorSettings(checkout, lookForFirst),
    together(environments.map((each) => secondPlanOf(deployment(each), each === first ? image : []))),
  ]);
  const alike = await compareApplied(moto, checkout, { environments, read: secondPlans });
  const unlike = await compareApplied(moto, checkout, {
    environments,
    read: secondPlans.with(
      -1,
      String(secondPlans.at(-1)).replaceAll('"assign_public_ip":false', '"assign_public_ip":true'),
    ),
  });
  const sameNetwork = `-var=vpc_cidr_block=${states[first.name]?.outputs['vpc_cidr_block']}`;
  await behindTerraform('plant', moto, first, backendOf(first));
  const remediation = await remediating(moto, checkout, first, backendOf(first));
  const restoring = (environment: Environment) => ({ checkout, environment, typist });
  // Each environment by itself, all at once.
  const [mended, spoilt, deleted] = await withEmulatorSettings(checkout, () =>
    together([
      (async () => {
        const [drifted, planned] = await together([lookForFirst(), remediation.plan()]);
        const applied = await remediation.apply();
        return { drifted, planned, applied, left: await lookForFirst() };
      })(),
      (async () => {
        const refused = await secondOne.run('plan', [`-var=image_digest=${otherDigest}`, sameNetwork]);
        return { refused, restored: await restoreSpoilt(restoring(second)) };
      })(),
      (async () => {
        const refused = await lastOne.run('plan', [sameNetwork]);
        return { refused, restored: await restoreDeleted(restoring(last)) };
      })(),
    ]),
  );
  await behindTerraform('tidy', moto, first, backendOf(first));

  await withEmulatorSettings(checkout, () => together(environments.map(emptyAccount.destroy)));
  const destroyed = await statesOf(created);
  const locksAtTheEnd = await locks();
  const takenAway = await takeStatesAway(moto, checkout);
  return {
    before,
    setUp,
    inWorkspace,
    accounts,
    withoutUpstream,
    interrupted,
    afterInterruption,
    firstDeployments,
    furnished,
    filled,
    notesOfDocker: environments.map(typist.dockerNotes),
    untyped: emptyAccount.untyped(),
    states,
    access,
    differences: [...new Set(secondPlans.flatMap(plannedDifferences))],
    alike,
    unlike,
    undrifted,
    mended,
    spoilt,
    deleted,
    destroyed,
    locksAtTheEnd,
    takenAway,
    after: await inventory(moto, places),
  };
};
