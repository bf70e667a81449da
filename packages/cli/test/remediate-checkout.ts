import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ran, run } from './run.ts';

const address = 'aws_rds_cluster_instance.this';
const about = { address, type: 'aws_rds_cluster_instance', mode: 'managed' };

/** What Terraform says of the one instance that blue has: as it is, and as somebody has changed it. */
const said = (now: boolean, environment: string) => {
  const values = { publicly_accessible: now, tags: { environment } };
  const recorded = { ...values, publicly_accessible: false };
  const plan = {
    format_version: '1.2',
    terraform_version: '1.11.4',
    variables: { environment: { value: environment } },
    prior_state: { values: { root_module: { resources: [{ ...about, values }] } } },
  };
  const drift = { ...about, change: { actions: ['update'], before: recorded, after: values } };
  const change = { actions: [now ? 'update' : 'no-op'], before: values, after: recorded };
  return {
    'refresh.json': { ...plan, resource_drift: now ? [drift] : [] },
    'normal.json': {
      ...plan,
      configuration: { root_module: { resources: [{ address, expressions: { publicly_accessible: {}, tags: {} } }] } },
      resource_changes: [{ ...about, change }],
    },
    'state.json': {
      version: 4,
      serial: now ? 7 : 8,
      lineage: 'one',
      outputs: {},
      resources: [
        {
          mode: 'managed',
          type: 'aws_rds_cluster_instance',
          name: 'this',
          instances: [{ attributes: recorded }],
        },
      ],
    },
  };
};

/** Answers as Terraform does, writes down what it was asked, and puts back what it applies. */
const script = (terraform: string): string => `#!/bin/sh
cd '${terraform}' || exit 1
echo "$*" >> calls
[ -f fails ] && case "$*" in $(cat fails)) echo 'it fails' >&2; exit 1 ;; esac
case "$1" in
  version) echo '{"terraform_version": "1.11.4"}' ;;
  output) cat outputs.json ;;
  workspace) printf '  default\\n* blue\\n  green\\n' ;;
  plan) for each in "$@"; do case "$each" in -out=*) echo plan > "\${each#-out=}" ;; esac; done ;;
  show) case "$4" in *refresh-only.tfplan) cat refresh.json ;; *) cat normal.json ;; esac ;;
  graph) echo 'digraph {}' ;;
  state) cat state.json ;;
  apply) cp mended/*.json . ;;
esac
`;

/**
 * A checkout with two environments, blue and green, and a database of blue that somebody has opened. Terraform is a program that knows no
 * more than that.
 */
export class RemediateCheckout implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'flaghoist-remediate-'));
  readonly sources = join(this.#folder, 'infra-tf', 'lib');
  readonly fleet = join(this.#folder, 'fleet');
  readonly environments = join(this.sources, 'stacks', 'application', 'environments');
  /** Where the plan of blue is kept. */
  readonly plans = join(this.#folder, '.hoist', 'remediation', 'blue', 'application');
  readonly #terraform = join(this.#folder, 'terraform');

  constructor() {
    for (const each of [this.fleet, this.environments, this.#terraform]) mkdirSync(each, { recursive: true });
    const listed = [
      { name: 'blue', region: 'eu-west-1', replicaRegion: 'eu-central-1', account: '111111111111', upstream: null },
      { name: 'green', region: 'us-east-1', replicaRegion: 'us-west-2', account: '333333333333', upstream: 'blue' },
    ];
    for (const { name, account } of listed) {
      writeFileSync(join(this.environments, `${name}.tfvars`), `environment = "${name}"\n`);
      writeFileSync(join(this.environments, `${name}.s3.tfbackend`), `workspace_key_prefix = "${account}"\n`);
    }
    this.write('environments.json', { environments: listed });
    cpSync(join(__dirname, '..', '..', '..', 'fleet', 'topology.json'), join(this.fleet, 'topology.json'));
    this.write('people.json', { people: [], submitters: [] });
    this.write('remediation.json', { default: { closing: 'auto', mending: 'ask', attempts: 2 } });
    writeFileSync(join(this.fleet, 'drift-noise.yaml'), 'version: 1\nnoise: []\n');
    this.isOf('blue');
    writeFileSync(join(this.#terraform, 'terraform'), script(this.#terraform), { mode: 0o755 });
  }

  /** A file of `fleet/`. */
  write(name: string, value: object): void {
    writeFileSync(join(this.fleet, name), JSON.stringify(value, null, 2));
  }

  /** Says of which environment the state is. */
  isOf(environment: string, outputs: object = { environment: { value: environment } }): void {
    mkdirSync(join(this.#terraform, 'mended'), { recursive: true });
    for (const [folder, now] of [
      [this.#terraform, true],
      [join(this.#terraform, 'mended'), false],
    ] as const) {
      for (const [name, value] of Object.entries(said(now, environment))) {
        writeFileSync(join(folder, name), JSON.stringify(value));
      }
    }
    writeFileSync(join(this.#terraform, 'outputs.json'), JSON.stringify(outputs));
  }

  /** Makes one of its commands fail, which a pattern of the shell names. */
  fails(command: string): void {
    writeFileSync(join(this.#terraform, 'fails'), `${command.replaceAll(' ', '\\ ')}`);
  }

  /** What Terraform was asked, but for its version. */
  get calls(): readonly string[] {
    const file = join(this.#terraform, 'calls');
    const all = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    return all.filter((each) => !each.startsWith('version'));
  }

  /** `hoist` with a command about this checkout. */
  hoist(command: string, environment: string, ...args: readonly string[]): Promise<Ran> {
    const variables = {
      ...process.env,
      FLAGHOIST_TERRAFORM: join(this.#terraform, 'terraform'),
      FLAGHOIST_CACHE: join(this.#folder, 'cache'),
    } as Readonly<Record<string, string>>;
    return run([command, environment, '--sources', this.sources, ...args], { variables });
  }

  /** `hoist remediate --json`, and its document. */
  async remediate(...args: readonly string[]) {
    const { exitCode, stdout, stderr } = await this.hoist('remediate', 'blue', '--json', ...args);
    if (stdout === '') throw new Error(`hoist remediate ended with ${exitCode}:\n${stderr}`);
    return { exitCode, stderr, document: JSON.parse(stdout) };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
