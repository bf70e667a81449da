import { join } from 'node:path';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { type StateAddress, statesOf } from '@flaghoist/stack-outputs/states';
import * as pulumi from '@pulumi/pulumi';
import { sampleOutputs } from '../../stack-outputs/test/samples.ts';

export const sources = join(__dirname, '..', '..', '..', 'infra-tf', 'lib');
export const environments = readEnvironments(fleetBeside(sources)) as readonly [Environment, Environment, Environment];

export interface MadeResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

type Outputs = Readonly<Record<string, unknown>>;

/** Inputs as a plugin gets them, with what Pulumi encrypts in its own state. */
const inClear = (inputs: Outputs): Outputs =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [
      key,
      pulumi.runtime.isRpcSecret(value) ? pulumi.runtime.unwrapRpcSecret(value) : value,
    ]),
  );

/** What stands in for Pulumi's engine and the plugins: states by where they lie, and the outputs of other stacks. */
export class World {
  readonly made: MadeResource[] = [];
  /** By `<bucket>/<prefix>/<workspace>/<key>`. */
  readonly states = new Map<string, Outputs>();
  readonly stacks = new Map<string, Outputs>();
  /** What was asked of the reader of states. */
  readonly asked: Outputs[] = [];

  async start(stack: string): Promise<void> {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          switch (type) {
            case 'pulumi:pulumi:StackReference': {
              const outputs = this.stacks.get(inputs.name);
              if (outputs === undefined) throw new Error(`unknown stack ${inputs.name}`);
              return { id: name, state: { ...inputs, outputs, secretOutputNames: [] } };
            }
            case PROVIDER:
            case PARAMETER:
            case DASHBOARD:
              this.made.push({ type, name, inputs: inClear(inputs) });
              return { id: `${name}-id`, state: inputs };
            default:
              throw new Error(`nothing stands in for the resource ${type}`);
          }
        },
        call: ({ token, inputs }) => {
          if (token !== 'terraform:state:getS3Reference') throw new Error(`nothing stands in for ${token}`);
          this.asked.push(inputs);
          const place = [inputs.bucket, inputs.workspaceKeyPrefix, inputs.workspace, inputs.key].join('/');
          const outputs = this.states.get(place);
          // Pulumi takes the words of a failure from where gRPC has them.
          if (outputs === undefined) throw Object.assign(new Error(), { details: `NoSuchKey: ${place}` });
          return { outputs };
        },
      },
      'flaghoist',
      stack,
      false,
      'organization',
    );
  }

  /** Every state of an environment, as it is after an apply. */
  async apply(
    environment: Environment,
    change: (address: StateAddress, outputs: Outputs) => Outputs | undefined = (_, outputs) => outputs,
  ): Promise<void> {
    const place = environments.indexOf(environment);
    for (const [index, address] of (await statesOf(sources, environment)).entries()) {
      const { stack, region, workspace, key, backend } = address;
      const outputs = sampleOutputs(stack, {
        environment: environment.name,
        region,
        standby: environment.replicaRegion,
        account: environment.account,
        cidrBlock: `10.${place * 64 + index}.0.0/16`,
      });
      const changed = change(address, outputs);
      if (changed !== undefined) {
        this.states.set([backend.bucket, backend.workspace_key_prefix, workspace, key].join('/'), changed);
      }
    }
  }

  of(type: string): readonly MadeResource[] {
    return this.made.filter((each) => each.type === type);
  }
}

export const PARAMETER = 'aws:ssm/parameter:Parameter';
export const DASHBOARD = 'aws:cloudwatch/dashboard:Dashboard';
export const PROVIDER = 'pulumi:providers:aws';
