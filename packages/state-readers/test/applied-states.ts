import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Moto } from '@flaghoist/emulator/moto';
import type { Environment } from '@flaghoist/fleet/environments';
import { type StackName, stackNames } from '@flaghoist/stack-outputs/contract';
import { type StateAddress, statesOf } from '@flaghoist/stack-outputs/states';
import type { Terraform } from '@flaghoist/terraform/terraform';
import { sampleOutputs } from '../../stack-outputs/test/samples.ts';
import { sources } from './world.ts';

type Outputs = Readonly<Record<string, unknown>>;

const BUCKET = 'states';
const BUCKET_REGION = 'us-east-1';

const environment = (name: string, place: number, upstream: string | null): Environment => ({
  name,
  region: 'eu-west-1',
  replicaRegion: 'eu-central-1',
  regions: ['eu-west-1', 'eu-central-1'],
  account: String(place).repeat(12),
  upstream,
});

/** Three environments of two regions each: what the shipped ones are made of, and no more than a test has time for. */
export const three = [
  environment('blue', 1, null),
  environment('green', 2, 'blue'),
  environment('red', 3, 'green'),
] as const;

/** What names and tags are made of. */
const inputs = `service             = "hoist"
environment_suffix  = "a1"
cost_center         = "flags"
owner               = "platform"
deployment_role_arn = "arn:aws:iam::111111111111:role/deployment"
`;

/** Who signs for S3 on the emulator. */
const signed = {
  Authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${BUCKET_REGION}/s3/aws4_request, SignedHeaders=host, Signature=none`,
};

/** States that Terraform itself writes through its backend S3, with outputs that the test says. */
export class AppliedStates {
  /** The folder `infra-tf/lib` of a checkout whose backend files lead to the emulator. */
  readonly sources: string;
  readonly #roots: string;
  readonly #terraform: Terraform;
  readonly #moto: Moto;

  constructor(folder: string, terraform: Terraform, moto: Moto) {
    this.sources = join(folder, 'infra-tf', 'lib');
    this.#roots = join(folder, 'roots');
    this.#terraform = terraform;
    this.#moto = moto;
    const fleet = join(folder, 'fleet');
    mkdirSync(fleet, { recursive: true });
    writeFileSync(join(fleet, 'environments.json'), JSON.stringify({ environments: three }));
    copyFileSync(join(sources, '..', '..', 'fleet', 'topology.json'), join(fleet, 'topology.json'));
    for (const stack of stackNames) this.#copyStack(stack);
  }

  #copyStack(stack: StackName): void {
    const directory = join(this.sources, 'stacks', stack);
    mkdirSync(join(directory, 'environments'), { recursive: true });
    for (const file of ['versions.tf', 'package.json']) {
      copyFileSync(join(sources, 'stacks', stack, file), join(directory, file));
    }
    for (const { name, account } of three) {
      writeFileSync(join(directory, 'environments', `${name}.tfvars`), inputs);
      writeFileSync(
        join(directory, 'environments', `${name}.s3.tfbackend`),
        `bucket = "${BUCKET}"
region = "${BUCKET_REGION}"
workspace_key_prefix = "${account}"
endpoints = { s3 = "${this.#moto.endpoint}", sts = "${this.#moto.endpoint}" }
use_path_style = true
skip_credentials_validation = true
skip_metadata_api_check = true
skip_requesting_account_id = true
use_lockfile = true
`,
      );
    }
  }

  /** Makes the bucket. */
  async start(): Promise<void> {
    const { ok, status } = await fetch(`${this.#moto.endpoint}/${BUCKET}`, { method: 'PUT', headers: signed });
    if (!ok) throw new Error(`the bucket could not be made: ${status}`);
  }

  /**
   * Applies every state of an environment.
   *
   * @param change other outputs than the samples have, or none for a state that is not applied
   */
  async apply(
    of: Environment,
    change: (address: StateAddress, outputs: Outputs) => Outputs | undefined = (_, outputs) => outputs,
  ): Promise<void> {
    for (const [index, address] of (await statesOf(this.sources, of)).entries()) {
      const { stack, region, workspace } = address;
      const outputs = change(
        address,
        sampleOutputs(stack, {
          environment: of.name,
          region,
          account: of.account,
          cidrBlock: `10.${Number(of.account[0]) * 16 + index}.0.0/16`,
        }),
      );
      if (outputs !== undefined) await this.#write(address, outputs, workspace);
    }
  }

  async #write(
    { stack, key, backend, backend: { workspace_key_prefix: prefix } }: StateAddress,
    outputs: Outputs,
    workspace: string,
  ): Promise<void> {
    const directory = join(this.#roots, `${prefix}-${stack}`);
    mkdirSync(directory, { recursive: true });
    // An interpolation alone keeps the type of what it names; a text written here would be a template.
    const output = Object.fromEntries(
      Object.keys(outputs).map((name) => [
        name,
        { value: `\${jsondecode(file("outputs.json"))["${name}"]}`, sensitive: name === 'token' },
      ]),
    );
    writeFileSync(join(directory, 'outputs.json'), JSON.stringify(outputs));
    writeFileSync(
      join(directory, 'main.tf.json'),
      JSON.stringify({ terraform: { backend: { s3: { ...backend, key } } }, output }),
    );
    const { variables } = this.#moto;
    await this.#terraform.expect(['init', '-no-color', '-reconfigure'], { directory, variables });
    await this.#terraform.expect(['apply', '-auto-approve', '-no-color'], {
      directory,
      variables: { ...variables, TF_WORKSPACE: workspace },
    });
    rmSync(join(directory, 'outputs.json'));
  }
}
