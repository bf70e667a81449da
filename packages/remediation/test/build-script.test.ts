import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { terraformRelease } from '@flaghoist/tools/terraform-release';

const script = join(__dirname, '../../../infra-tf/lib/modules/remediation/remediate.sh');
const DIGEST = 'a1'.repeat(32);

/** `aws s3` on a bucket that is a folder: it copies, and takes away what is gone where it is told to. */
const AWS = `#!/bin/sh
set -e
echo "aws $*" >>"$CALLS"
at() { case "$1" in s3://plans-of-blue/*) echo "$BUCKET/\${1#s3://plans-of-blue/}" ;; s3://*) echo "no bucket $1" >&2; exit 1 ;; *) echo "$1" ;; esac; }
if [ "$1" = s3api ]; then cat "$BUCKET/approvals.json"; exit 0; fi
what=$2; shift 2
delete=
while :; do case "$1" in --only-show-errors) shift ;; --delete) delete=yes; shift ;; --exclude|--include) kept="$kept $2"; shift 2 ;; *) break ;; esac; done
from=$(at "$1"); to=$(at "$2")
# What changes the bucket is a step; from one on that it is told, nothing reaches it any more.
step() { case "$to" in "$BUCKET"/*) echo "step $*" >>"$CALLS"; [ "$(grep -c ^step "$CALLS")" -lt "\${DIES:-999}" ] || exit 1 ;; esac; }
case "$what" in
  sync)
    mkdir -p "$from" "$to"
    set -f
    for name in $kept; do
      if [ -f "$from/$name" ]; then cmp -s "$from/$name" "$to/$name" || { step put "$name"; cp "$from/$name" "$to/"; }
      elif [ -n "$delete" ] && [ -f "$to/$name" ]; then step take "$name"; rm "$to/$name"; fi
    done ;;
  cp) step put "$to"; cp "$from" "$to" ;;
  mv) step put "$to"; mkdir -p "\${to%/*}"; mv "$from" "$to" ;;
esac
`;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A bucket, and a hoist that does what `does` says (sh; $plans, $outcome, $approvals and $store are what it was given). */
const setting = (does: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'flaghoist-build-'));
  folders.push(folder);
  const [bin, bucket, calls] = [join(folder, 'bin'), join(folder, 'bucket'), join(folder, 'calls')];
  for (const each of [bin, bucket]) mkdirSync(each);
  const program = (name: string, text: string): void => {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  };
  program('aws', AWS);
  program(
    'hoist-here',
    `#!/bin/sh
echo "hoist $*" >>"$CALLS"
while [ $# -gt 0 ]; do case "$1" in --plans) plans=$2 ;; --outcome) outcome=$2 ;; --approvals) approvals=$2 ;; --deployment) deployment=$2 ;; --store) store=$2 ;; esac; shift; done
${does}
`,
  );
  const run = (variables: Readonly<Record<string, string>>) =>
    spawnSync('bash', [script], {
      encoding: 'utf8',
      env: {
        PATH: `${bin}${delimiter}${process.env['PATH']}`,
        BUCKET: bucket,
        CALLS: calls,
        HOIST: 'hoist-here',
        HOIST_ENVIRONMENT: 'blue',
        HOIST_STACK: 'application',
        PLANS_BUCKET: 'plans-of-blue',
        ...variables,
      },
    });
  const put = (key: string, text: string): void => {
    mkdirSync(join(bucket, key, '..'), { recursive: true });
    writeFileSync(join(bucket, key), text);
  };
  const read = (key: string): string => readFileSync(join(bucket, key), 'utf8');
  const said = (): string[] => readFileSync(calls, 'utf8').split('\n');
  const hoistCalls = (): string[] => said().filter((line) => line.startsWith('hoist'));
  return { run, put, read, bucket, hoistCalls, calls: said };
};

describe('a build that plans', () => {
  it('keeps what the trail has not heard, which the next one tells', () => {
    const { run, read, put } = setting('echo more >>"$plans/untold.json"; echo nothing >"$outcome"');
    put('plans/untold.json', 'before\n');
    expect(run({ ACTION: 'plan' }).stdout).toBe('nothing\n');
    expect(read('plans/untold.json')).toBe('before\nmore\n');
  });

  it('keeps plan and report, says how to approve, and prints one word', () => {
    const { run, read, hoistCalls } = setting(
      `echo '{}' >"$plans/remediation.json"; echo "plan ${DIGEST}, on serial 7 of the state"; echo ask >"$outcome"; exit 16`,
    );
    const { status, stdout } = run({ ACTION: 'plan' });
    expect([status, stdout]).toEqual([0, `ask:${DIGEST}\n`]);
    expect(hoistCalls()[0]).toMatch(
      /^hoist remediate blue --stack application --plans \S+ --plan --store bash '\S+' --outcome \S+$/,
    );
    expect(read('plans/remediation.json')).toBe('{}\n');
    expect(read('report.txt')).toContain(
      `--bucket plans-of-blue --key "approvals/$(aws sts get-caller-identity --query UserId --output text)/${DIGEST}"`,
    );
  });

  it('leaves the report of the plan that waits', () => {
    const { run, put, read, hoistCalls } = setting('echo "A plan waits"; echo waiting >"$outcome"; exit 16');
    put('report.txt', 'what people are reading');
    // As Step Functions puts down a text.
    put('asked', `"ask:${DIGEST}"`);
    expect(run({ ACTION: 'plan' }).stdout).toBe('waiting\n');
    expect([read('report.txt'), read('build.txt')]).toEqual(['what people are reading', 'A plan waits\n']);
    expect(hoistCalls()[0]).toContain(` --plan --keep ${DIGEST} --store `);
  });
});

it.each([
  ['an apply that was not approved', 'apply', 'echo refused >"$outcome"; exit 3'],
  ['an apply that failed', 'apply', 'exit 70'],
  ['a look that made none', 'plan', 'echo locked >"$outcome"; exit 75'],
  ['a look that failed', 'plan', 'exit 70'],
])('leaves the report of the plan that waits beside what a build said: %s', (_what, ACTION, does) => {
  const { run, put, read } = setting(`echo "something else"; ${does}`);
  put('approvals.json', 'null');
  put('report.txt', 'what people are reading');
  run({ ACTION });
  expect([read('report.txt'), read('build.txt')]).toEqual(['what people are reading', 'something else\n']);
});

it('keeps with the plan what it has read otherwise than the state has it, for a build that applies and one after that', () => {
  const { run, put, read, bucket } = setting(
    `case $(cat "$plans/outside.json" 2>/dev/null) in '') echo read >"$plans/outside.json"; echo '{}' >"$plans/remediation.json"; echo auto >"$outcome" ;; *) echo '{}' >"$plans/applying.json"; sh -c "$store"; kill -9 $PPID ;; esac`,
  );
  put('approvals.json', 'null');
  expect(run({ ACTION: 'plan' }).stdout).toBe('auto\n');
  expect(run({ ACTION: 'apply' }).signal).toBe('SIGKILL');
  expect(read('plans/outside.json')).toBe('read\n');
  expect(readdirSync(join(bucket, 'plans')).sort()).toEqual(['applying.json', 'outside.json', 'remediation.json']);
});

describe('a build that applies', () => {
  it('gives hoist the plan, the approvals and the trail, keeps what hoist keeps and nothing beside it', () => {
    const { run, put, bucket } = setting(
      `cat "$approvals" "$deployment"; test -f "$plans/remediation.json"; rm "$plans/remediation.json"; echo '{"a":1}' >"$plans/attempts.json"; mkdir "$plans/data"; echo x >"$plans/apply.lock"; echo mended >"$outcome"`,
    );
    put('plans/remediation.json', '{}');
    put('approvals.json', `["approvals/AROAEXAMPLEEXAMPLE2:carla@bank.example/${DIGEST}"]`);
    const { status, stdout, stderr } = run({ ACTION: 'apply', HOIST_DEPLOYMENT: '{"world":1}' });
    expect([status, stdout]).toEqual([0, 'mended\n']);
    expect(stderr).toContain(`["approvals/AROAEXAMPLEEXAMPLE2:carla@bank.example/${DIGEST}"]`);
    expect(stderr).toContain('{"world":1}');
    expect(readdirSync(join(bucket, 'plans'))).toEqual(['attempts.json']);
  });
});

describe('an apply', () => {
  /** As hoist does it: what begins is written down and stored, then comes the apply, what is to be told of it, and its end. */
  const applying = `echo '{}' >"$plans/applying.json"; sh -c "$store" || exit 69; echo applied >>"$CALLS"
    echo '{}' >"$plans/untold.json"; echo '{}' >"$plans/attempts.json"; rm "$plans/remediation.json" "$plans/applying.json"
    echo mended >"$outcome"; sh -c "$store" || exit 69; echo told >>"$CALLS"; rm "$plans/untold.json"`;
  const lived = (dies?: number) => {
    const { calls, put, run, bucket } = setting(applying);
    put('plans/remediation.json', '{}');
    put('approvals.json', 'null');
    const { stdout } = run({ ACTION: 'apply', ...(dies === undefined ? {} : { DIES: String(dies) }) });
    const said = calls();
    return {
      word: stdout.trim(),
      kept: existsSync(join(bucket, 'plans')) ? readdirSync(join(bucket, 'plans')) : [],
      isApplied: said.includes('applied'),
      isTold: said.includes('told'),
      steps: said.filter((line) => line.startsWith('step')).length,
    };
  };

  it('leaves word that it began, and of what is to be told of it, wherever its build is killed', () => {
    const whole = lived();
    expect(whole).toMatchObject({ word: 'mended', kept: ['attempts.json'], isApplied: true, isTold: true });
    for (let dies = 1; dies <= whole.steps; dies += 1) {
      const { kept, isApplied, isTold } = lived(dies);
      const isFoundLater = kept.includes('applying.json') || kept.includes('untold.json');
      expect({ dies, isKnown: isFoundLater || isTold }).toEqual({ dies, isKnown: isApplied });
    }
  });

  it('takes its word away again where nothing was begun', () => {
    const { run, put, bucket } = setting(
      `echo '{}' >"$plans/applying.json"; sh -c "$store"; rm "$plans/applying.json"; echo locked >"$outcome"; exit 69`,
    );
    put('plans/remediation.json', '{}');
    put('approvals.json', 'null');
    expect(run({ ACTION: 'apply' }).stdout).toBe('locked\n');
    expect(readdirSync(join(bucket, 'plans'))).toEqual(['remediation.json']);
  });

  it('finds what one before it has left', () => {
    const { run, put, bucket } = setting('test -f "$plans/applying.json"; rm "$plans"/*; echo refused >"$outcome"');
    for (const name of ['applying.json', 'remediation.json']) put(`plans/${name}`, '');
    expect(run({ ACTION: 'plan' }).stdout).toBe('refused\n');
    expect(readdirSync(join(bucket, 'plans'))).toEqual([]);
  });
});

it.each(['applying.json', 'outside.json', 'untold.json'])(
  'puts %s aside where nobody can read it, and keeps it: who is no build may not',
  (FILE) => {
    const { run, put, bucket, calls } = setting('exit 70');
    for (const name of ['attempts.json', FILE]) put(`plans/${name}`, `what is in ${name}`);
    expect(run({ ACTION: 'aside', FILE }).stdout).toBe('aside\n');
    expect(readdirSync(join(bucket, 'plans')).sort()).toEqual(['aside', 'attempts.json']);
    const [when = ''] = readdirSync(join(bucket, 'plans', 'aside'));
    expect(when).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(readFileSync(join(bucket, 'plans', 'aside', when, FILE), 'utf8')).toBe(`what is in ${FILE}`);
    expect(calls().filter((line) => line.startsWith('hoist'))).toEqual([]);
  },
);

it('fails where hoist has no word for what came of it, and keeps what it counted', () => {
  const { run, put, read } = setting('echo "{}" >"$plans/attempts.json"; echo "a defect"; exit 70');
  put('approvals.json', 'null');
  const { status, stdout, stderr } = run({ ACTION: 'apply' });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/a defect[\s\S]*hoist ended with 70 and no outcome/);
  expect([read('plans/attempts.json'), read('build.txt')]).toEqual(['{}\n', 'a defect\n']);
});

it.each([
  ['nothing to do', {}, /ACTION: plan, apply or aside/],
  ['something else', { ACTION: 'destroy' }, /ACTION is destroy: it is plan, apply or aside/],
  ['no file to put aside', { ACTION: 'aside' }, /FILE: which file/],
  [
    'a file that holds no count',
    { ACTION: 'aside', FILE: '../report.txt' },
    /FILE is \.\.\/report\.txt: it is applying\.json/,
  ],
  ['another bucket than there is', { ACTION: 'plan', PLANS_BUCKET: 'other' }, /no bucket/],
])('fails with %s, and hoist is not called', (_what, variables, message) => {
  const { run, bucket } = setting('exit 0');
  const { status, stdout, stderr } = run(variables as Readonly<Record<string, string>>);
  expect(status).not.toBe(0);
  expect([stdout, stderr]).toEqual(['', expect.stringMatching(message)]);
  expect(readdirSync(bucket).filter((name) => name.endsWith('.txt'))).toEqual([]);
});

it('installs the Terraform that all else here is tested with, and what the repository has', () => {
  const buildspec = readFileSync(join(script, '../buildspec.yml'), 'utf8');
  const { version, sums } = terraformRelease;
  expect(buildspec).toContain(`/terraform/${version}/terraform_${version}_linux_amd64.zip`);
  expect(buildspec).toContain(`"${sums.linux_amd64}  terraform.zip"`);
  const [, program = ''] = /node (\S+\.mjs) --version/.exec(buildspec) ?? [];
  expect(readFileSync(script, 'utf8')).toContain(`node ${program}}`);
  expect(existsSync(join(__dirname, '../../..', program))).toBe(true);
});
