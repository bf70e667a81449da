import { join } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { type Moto, motoPython, startMoto } from '../lib/moto.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { moveRecorder } from './move-recorder.ts';

const { describe } = needs(() => [findTerraform(process.env), motoPython()], process.env);

const [environment] = readEnvironments(fleetBeside(join(__dirname, '..', '..', 'lib')));

describe("the account's recorder", () => {
  let moto: Moto;
  let checkout: Checkout;
  let seen: Awaited<ReturnType<typeof moveRecorder>>;

  beforeAll(async () => {
    if (environment === undefined) throw new Error('there is no environment');
    moto = await startMoto(environment.account);
    checkout = checkOut();
    seen = await moveRecorder(moto, checkout, environment);
  }, 1_800_000);

  afterAll(async () => {
    await moto?.stop();
    checkout?.remove();
  });

  const ofConfig = (things: readonly string[]): readonly string[] =>
    things.filter((thing) => /config\.|-config-|config-recorder/.test(thing));

  it('is forgotten, and left where it is, by an application that is applied before the move', () => {
    expect(seen.forgets).toContain('will no longer be managed by Terraform');
    expect(seen.forgets).toContain('0 to destroy');
    expect(seen.forgets).not.toContain('will be destroyed');
  });

  it('goes into a stack of its own by the commands of its README, and nothing is made twice or destroyed', () => {
    expect(seen.moved.match(/Import successful!/g)).toHaveLength(5);
    expect(seen.moved).toMatch(/Apply complete! Resources: \d+ added, \d+ changed, 0 destroyed\./);
    expect(ofConfig(seen.before)).toHaveLength(5);
    expect(ofConfig(seen.after)).toEqual(ofConfig(seen.before));
    expect(seen.left.trim()).toBe('aws_kms_key.operations');
  });

  it('is as its stack says afterwards', () => {
    expect(seen.again).toContain('No changes.');
  });

  it('is found when somebody stops it', () => {
    expect(seen.drifted).toEqual([
      'configuration high module.config_recorder.aws_config_configuration_recorder_status.this is_enabled',
    ]);
  });

  it('goes with its stack, and leaves nothing', () => {
    expect(seen.atEnd).toEqual(seen.empty);
  });
});
