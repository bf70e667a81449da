import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram as runHoist } from '../lib/program.ts';
import { Sink } from './streams.ts';

export const [home, standby, pilot] = ['eu-west-1', 'eu-central-1', 'eu-north-1'] as const;

/** Each part has something that is changed in place, something that is replaced, and steps that run a script of the test. */
const stack = (name: string, more: string): string => `
terraform {
  backend "local" {
    workspace_dir = "../../../../states/${name}"
  }
}

variable "release" { type = number }
variable "steps" { type = number }
variable "kind" { type = string }

resource "terraform_data" "release" {
  input = var.release
}

resource "terraform_data" "kind" {
  triggers_replace = var.kind
}

resource "terraform_data" "step" {
  count = var.steps

  provisioner "local-exec" {
    command = "sh \${path.root}/../../../../hook.sh ${name} \${terraform.workspace} \${count.index}"
  }
}

output "release" {
  value = terraform_data.release.output
}
${more}`;

const readsState = (name: string, path: string): string => `
data "terraform_remote_state" "${name}" {
  backend = "local"
  config  = { path = "../../../../states/${path}/terraform.tfstate" }
}

resource "terraform_data" "of_${name}" {
  input = keys(data.terraform_remote_state.${name}.outputs)
}
`;

/** As flags-region has them, by their names in the wiring. */
const functions = `
module "function" {
  source   = "../../modules/function"
  for_each = toset(["validator.accept", "validator.resume", "validator.distribute"])
  release  = var.release
}
`;

const stacks: Readonly<Record<string, string>> = {
  'region-foundation': `
output "key_arn" {
  value = terraform_data.release.id
}
`,
  'flags-global': `
variable "without_replica" {
  type    = list(string)
  default = []
}

resource "terraform_data" "replicas" {
  input = var.without_replica
}
${readsState('foundation', `region-foundation/test-${home}`)}`,
  'flags-region':
    functions +
    readsState('tables', 'flags-global/test') +
    readsState('foundation', `region-foundation/\${terraform.workspace}`),
};

export interface Values {
  readonly release?: number;
  readonly steps?: number;
  readonly kind?: string;
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A checkout with small stacks and states of its own. */
export class Checkout {
  readonly folder: string;
  readonly sources: string;

  constructor(copyOf?: Checkout) {
    this.folder = mkdtempSync(join(tmpdir(), 'hoist-waves-'));
    this.sources = join(this.folder, 'infra-tf', 'lib');
    if (copyOf !== undefined) cpSync(copyOf.folder, this.folder, { recursive: true });
    else {
      for (const [name, more] of Object.entries(stacks)) {
        mkdirSync(join(this.sources, 'stacks', name, 'environments'), { recursive: true });
        this.write(`infra-tf/lib/stacks/${name}/main.tf`, stack(name, more));
      }
      mkdirSync(join(this.sources, 'modules', 'function'), { recursive: true });
      this.write(
        'infra-tf/lib/modules/function/main.tf',
        'variable "release" { type = number }\n\nresource "terraform_data" "code" {\n  input = var.release\n}\n',
      );
      mkdirSync(join(this.folder, 'fleet'));
      this.write(
        'fleet/environments.json',
        JSON.stringify({
          environments: [
            { name: 'test', region: home, replicaRegion: standby, account: '111111111111', upstream: null },
          ],
        }),
      );
      this.regions();
      this.values({});
      this.hook('');
    }
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** The topology, of which some regions are on their way out, or were forgotten. */
  regions(draining: readonly string[] = [], absent: readonly string[] = []): void {
    const listed = [home, standby, pilot].filter((name) => !absent.includes(name));
    const regions = listed.map((name) => ({
      name,
      state: draining.includes(name) ? 'draining' : 'serving',
    }));
    const services = [{ name: 'checkout', cell: 'cell-1', owner: 'team-a', state: 'serving' }];
    this.write('fleet/topology.json', JSON.stringify({ version: 1, home, regions, services }));
  }

  /** What the environment has. */
  values({ release = 1, steps = 1, kind = 'a' }: Values): void {
    for (const name of Object.keys(stacks)) {
      this.write(
        `infra-tf/lib/stacks/${name}/environments/test.tfvars`,
        `release = ${release}\nsteps = ${steps}\nkind = "${kind}"\n`,
      );
    }
  }

  /** What each step runs: $1 is the stack, $2 the workspace, $3 the number of the step. */
  hook(script: string): void {
    this.write('hook.sh', script);
  }

  async hoist(
    args: readonly string[],
    { signal = new AbortController().signal, insisted = new AbortController().signal, isTTY = false } = {},
  ): Promise<Ran> {
    const [stdout, stderr] = [new Sink({ isTTY }), new Sink({ isTTY })];
    const exitCode = await runHoist(
      [...args, '--sources', this.sources],
      {
        stdout,
        stderr,
        noColour: true,
        insisted: () => insisted,
        variables: {
          ...process.env,
          FLAGHOIST_PROVIDER_MIRROR: '',
          FLAGHOIST_CACHE: join(this.folder, 'cache'),
        },
      },
      signal,
    );
    return { exitCode, stdout: stdout.text, stderr: stderr.text };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
