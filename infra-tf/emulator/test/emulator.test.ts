import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { type Moto, motoPython, startMoto } from '../lib/moto.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { image } from './empty-account.ts';
import { emulatorDefects } from './emulator-defects.ts';
import { readBackendFile, stateKeyOf } from './state-backend.ts';
import { accountOfStates, backendFilesOf, digest, environments, first, last, liveThrough, second } from './story.ts';

const { describe } = needs(() => [findTerraform(process.env), motoPython()], process.env);

const application = join(__dirname, '..', '..', 'lib', 'stacks', 'application');

const { bucket: bucketOfStates } = readBackendFile(join(application, 'environments', `${first.name}.s3.tfbackend`));

describe('the stacks on an emulator', () => {
  let moto: Moto;
  let checkout: Checkout;
  let seen: Awaited<ReturnType<typeof liveThrough>>;

  beforeAll(async () => {
    moto = await startMoto(accountOfStates);
    checkout = checkOut();
    seen = await liveThrough(moto, checkout);
    // Against a story that hangs: a busy machine takes longer than half an hour for it.
  }, 5_400_000);

  afterAll(async () => {
    await moto?.stop();
    checkout?.remove();
  });

  /** Terraform's message without its frame and line breaks. */
  const flat = (text: string): string => text.replace(/[\s│╷╵]+/g, ' ');

  describe('the state backend', () => {
    it('is applied and moved into itself by the commands of its README', () => {
      expect(seen.setUp).toContain('Successfully configured the backend "s3"');
      expect(seen.setUp).toContain('No changes.');
      expect(seen.setUp).toContain('aws_dynamodb_table.locks');
    });

    it('refuses a workspace, which a shell may have set for another stack', () => {
      expect(seen.inWorkspace.exitCode).toBe(1);
      expect(flat(seen.inWorkspace.stderr)).toContain('one state, in the workspace default');
    });

    it('lets each environment at its own states, and downstream read what is shared', () => {
      expect(seen.access).toEqual([
        `${first.name} GET ${first.name} 200`,
        `${second.name} GET ${first.name} 200`,
        `${second.name} PUT ${first.name} 403`,
        `${second.name} DELETE ${first.name} 403`,
        `${first.name} GET ${second.name} 403`,
        `${last.name} GET ${first.name} 403`,
        `${first.name} PUT ${stateKeyOf(second)}.tflock 403`,
        `${first.name} PUT application/terraform.tfstate 403`,
        `${first.name} GET state-backend/terraform.tfstate 403`,
      ]);
    });
  });

  describe('an empty account', () => {
    it('is filled and emptied by all commands of the README, as they stand', () => {
      expect(seen.untyped).toEqual([]);
    });

    it('has a deployment role that was handed what it may do with its own states', () => {
      for (const [index, { account }] of environments.entries()) {
        const states = `arn:aws:s3:::${bucketOfStates}/${account}/*`;
        expect(JSON.parse(String(seen.accounts[index]?.statePolicy)).Statement).toContainEqual({
          Sid: 'KeepOwnStates',
          Effect: 'Allow',
          Action: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
          Resource: states,
        });
      }
    });

    it('backs Aurora up in both regions', () => {
      for (const { optedIn } of seen.accounts) expect(optedIn).toEqual([{ Aurora: true }, { Aurora: true }]);
    });

    it('is told where its states are by files that are those that are shipped, byte for byte', () => {
      for (const file of environments.flatMap(backendFilesOf)) {
        const written = readFileSync(join(checkout.stack('application'), file), 'utf8');
        expect(written).toBe(readFileSync(join(application, file), 'utf8'));
      }
    });

    it('has a secret with a value that Terraform does not know', () => {
      for (const { secret } of seen.filled) expect(secret).toMatch(/^[0-9a-f]{64}$/);
      expect(new Set(seen.filled.map(({ secret }) => secret)).size).toBe(environments.length);
      const known = JSON.stringify(seen.states);
      expect(seen.filled.filter(({ secret }) => known.includes(secret))).toEqual([]);
    });

    it('has a database whose user may sign in, made in that order without an error, and which is closed again', () => {
      expect(seen.furnished.map(({ stderr }) => stderr)).toEqual(environments.map(() => ''));
      for (const { statements, open } of seen.filled) {
        expect(open).toBe(false);
        expect(statements).toEqual([
          'CREATE USER control_plane',
          'GRANT rds_iam TO control_plane',
          'GRANT CONNECT, CREATE ON DATABASE control_plane TO control_plane',
        ]);
      }
    });

    it('gets the image from where it was built, and each further one from the one upstream', () => {
      const repositories = environments.map(({ name }) => String(seen.states[name]?.outputs['repository_url']));
      const { name, version } = image;
      for (const [index, { account }] of environments.entries()) {
        const [repository, upstream] = [repositories[index], repositories[index - 1]];
        const copies =
          index === 0
            ? [`tag ${name} ${repository}:${version}`, `push ${repository}:${version}`]
            : [`buildx imagetools create --prefer-index=false --tag ${repository}:${version} ${upstream}@${digest}`];
        expect(seen.notesOfDocker[index]).toEqual([
          `login --username AWS --password-stdin ${repository?.split('/')[0]}`,
          `${account}-auth-token`,
          ...copies,
        ]);
      }
    });
  });

  describe('an apply', () => {
    const key = stateKeyOf(first);

    it('holds both locks, and another run is refused meanwhile', () => {
      const { locks, second: refused } = seen.interrupted.seen;
      expect(locks.items).toEqual([expect.stringMatching(new RegExp(`/${key}$`))]);
      expect(locks.objects).toEqual([`${key}.tflock`]);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain('Error acquiring the state lock');
    });

    it('that is interrupted fails, keeps what was created, and leaves no lock', () => {
      expect(seen.interrupted.run.exitCode).toBe(1);
      expect(seen.interrupted.run.stdout).toContain('Interrupt received');
      expect(seen.afterInterruption.state.resources.length).toBeGreaterThan(0);
      expect(seen.afterInterruption.state.resources.length).toBeLessThan(
        (seen.states[first.name]?.resources.length ?? 0) / 2,
      );
      expect(seen.afterInterruption.locks).toEqual({ items: [], objects: [] });
    });

    it('leaves nothing to change but what the emulator does not keep, and each such defect still exists', () => {
      // The second apply of an environment makes some of them good; a database that was restored has had one.
      const { spoilt, deleted } = seen;
      const all = [...seen.differences, ...spoilt.restored.differences, ...deleted.restored.differences];
      expect([...new Set(all)].sort()).toEqual(
        emulatorDefects()
          .map(({ resource, attribute }) => `${resource} ${attribute}`)
          .sort(),
      );
    });
  });

  describe('environments that follow each other', () => {
    it('refuse to start before the one upstream, and say what to do', () => {
      expect(seen.withoutUpstream.exitCode).toBe(1);
      expect(flat(seen.withoutUpstream.stderr)).toMatch(
        /Unable to find remote state.*Apply the upstream environment first, or this one with -var first_deployment=true/,
      );
    });

    it('run no image at their first deployment, and then the one that runs upstream', () => {
      for (const { outputs } of Object.values(seen.firstDeployments))
        expect(outputs['image_digest'] ?? null).toBeNull();
      for (const { name } of environments) {
        const { outputs, resources } = seen.states[name] ?? { outputs: {}, resources: [] };
        expect(outputs['image_digest']).toBe(digest);
        const [task] = resources.filter(({ type }) => type === 'aws_ecs_task_definition');
        expect(task?.attributes['container_definitions']).toContain(`@${digest}`);
      }
    });

    it('pass on the networks of all upstream', () => {
      const blocks = Object.entries(seen.states).map(([name, { outputs }]) => [name, outputs['vpc_cidr_block']]);
      for (const [index, [name]] of blocks.entries()) {
        const passed = seen.states[String(name)]?.outputs['network_cidr_blocks'];
        expect(passed).toEqual(Object.fromEntries(blocks.slice(0, index + 1)));
      }
    });

    it('refuse an image that does not run upstream, and a network that overlaps with one upstream', () => {
      const message = flat(seen.spoilt.refused.stderr);
      expect(seen.spoilt.refused.exitCode).toBe(1);
      expect(message).toContain(`image_digest is not what ${first.name} runs, which is ${digest}.`);
      expect(message).toContain(`overlaps with the deployed network of ${first.name}`);
    });

    it('refuse a network that overlaps with one further up the stream', () => {
      expect(flat(seen.deleted.refused.stderr)).toContain(`overlaps with the deployed network of ${first.name}`);
    });
  });

  describe('parity of what is applied', () => {
    it('holds between all environments, and needs each entry that only states need', () => {
      expect(seen.alike).toEqual({ compared: expect.any(Number), violations: [], unused: [] });
      expect(seen.alike.compared).toBeGreaterThan(3000);
    });

    it('is broken by one attribute of one environment', () => {
      expect(seen.unlike.violations).toEqual([
        expect.stringMatching(
          /^module\.service\.aws_ecs_service\.this\.network_configuration\[.*assign_public_ip: false \| false \| true$/,
        ),
      ]);
    });
  });

  describe('drift, with the role of the stack and no further options', () => {
    it('is none after the apply, and everything is read', () => {
      expect(seen.undrifted).toEqual({ complete: true, findings: [], strays: [] });
    });

    it('is found in one run, all that was changed at once, as bad as it is', () => {
      const service = 'module.service';
      const network = 'module.network';
      const evidence = 'module.replication.module.evidence';
      const rule = 'module.load_balancer.aws_vpc_security_group_ingress_rule.callers["https-198.51.100.0/24"]';
      const { complete, findings, strays } = seen.mended.drifted;
      expect(complete).toBe(true);
      expect(strays).toEqual([expect.stringContaining(`:${first.name}-by-hand`)]);
      expect(findings.filter((line) => !line.startsWith('pending'))).toEqual([
        `configuration critical ${rule} cidr_ipv4`,
        `configuration critical ${rule} from_port`,
        `configuration critical ${rule} ip_protocol`,
        `configuration critical ${rule} to_port`,
        `configuration critical ${network}.aws_subnet.this["private-a"] map_public_ip_on_launch`,
        `configuration critical ${evidence}.aws_s3_bucket_policy.this policy.Statement[*]`,
        `configuration critical ${evidence}.aws_s3_bucket_public_access_block.this block_public_policy`,
        `state-only critical ${network}.aws_network_acl.this["data"] ingress[*]`,
        `state-only critical ${network}.aws_route_table.this["data"] route[*]`,
        `state-only critical ${service}.aws_security_group.this ingress[*]`,
        'configuration critical module.operations_key.aws_kms_key.this[0] policy.Statement[*]',
        `configuration critical ${service}.aws_iam_role.task assume_role_policy.Statement[*]`,
        `state-only critical ${service}.aws_iam_role.execution managed_policy_arns[*]`,
        `state-only critical ${service}.aws_iam_role.task inline_policy[*]`,
        'configuration high module.data_key.aws_kms_key.this[0] enable_key_rotation',
        'configuration high module.load_balancer.aws_lb_listener.https[0] default_action[0].target_group_arn',
        'configuration high module.load_balancer.aws_lb_listener.https[0] default_action[0].type',
        'state-only high module.load_balancer.aws_lb_listener.https[0] default_action[0].fixed_response[*]',
        'state-only high module.load_balancer.aws_lb_listener.https[0] default_action[0].order',
        'configuration high module.database.aws_rds_cluster.this backup_retention_period',
        `configuration high ${network}.aws_flow_log.this #existence`,
        `configuration high ${evidence}.aws_s3_bucket_lifecycle_configuration.this rule[0].expiration[0].days`,
        `configuration high ${service}.aws_cloudwatch_log_group.this retention_in_days`,
        `configuration high ${evidence}.aws_s3_bucket_versioning.this versioning_configuration[0].status`,
        `configuration high ${service}.aws_ecr_repository.this image_scanning_configuration[0].scan_on_push`,
        `configuration high ${service}.aws_ecr_repository.this image_tag_mutability`,
        'configuration medium module.load_balancer.aws_lb.this access_logs[0].enabled',
        `configuration low ${evidence}.aws_s3_bucket.this tags.cost-center`,
      ]);
    });
  });

  describe('drift that is put back', () => {
    const service = 'module.service';
    const network = 'module.network';
    const evidence = 'module.replication.module.evidence';

    it('is what a machine may put back of all that was changed: what was opened is closed, the harmless is mended', () => {
      expect(seen.mended.planned.mends).toEqual(
        [
          'module.load_balancer.aws_vpc_security_group_ingress_rule.callers["https-198.51.100.0/24"] closing',
          `${network}.aws_subnet.this["private-a"] closing`,
          `${evidence}.aws_s3_bucket_policy.this closing`,
          `${evidence}.aws_s3_bucket_public_access_block.this closing`,
          'module.operations_key.aws_kms_key.this[0] closing',
          `${service}.aws_iam_role.task closing`,
          'module.data_key.aws_kms_key.this[0] mending',
          `${network}.aws_flow_log.this mending`,
          `${evidence}.aws_s3_bucket.this mending`,
          `${evidence}.aws_s3_bucket_lifecycle_configuration.this mending`,
          `${evidence}.aws_s3_bucket_versioning.this mending`,
          `${service}.aws_cloudwatch_log_group.this mending`,
          `${service}.aws_ecr_repository.this mending`,
          'module.load_balancer.aws_lb.this mending',
        ].sort(),
      );
    });

    it('leaves the rest to people, each with its reason', () => {
      expect(seen.mended.planned.leaves).toEqual([
        'module.database.aws_rds_cluster.this dependency',
        'module.load_balancer.aws_lb_listener.https[0] network',
      ]);
    });

    it('waits for the word of another person, is then as it was applied, and is applied once', () => {
      expect(seen.mended.planned.need).toBe('ask');
      expect(seen.mended.applied).toEqual({
        unasked: 'FH_REMEDIATION_REFUSED',
        outcome: 'mended',
        approved: true,
        remaining: [],
        again: 'FH_REMEDIATION_GONE',
      });
    });

    it('is found no longer, but for what was left', () => {
      const { complete, findings } = seen.mended.left;
      expect(complete).toBe(true);
      expect(findings.filter((line) => !line.startsWith('pending'))).toEqual([
        `state-only critical ${network}.aws_network_acl.this["data"] ingress[*]`,
        `state-only critical ${network}.aws_route_table.this["data"] route[*]`,
        `state-only critical ${service}.aws_security_group.this ingress[*]`,
        `state-only critical ${service}.aws_iam_role.execution managed_policy_arns[*]`,
        `state-only critical ${service}.aws_iam_role.task inline_policy[*]`,
        'configuration high module.load_balancer.aws_lb_listener.https[0] default_action[0].target_group_arn',
        'configuration high module.load_balancer.aws_lb_listener.https[0] default_action[0].type',
        'state-only high module.load_balancer.aws_lb_listener.https[0] default_action[0].fixed_response[*]',
        'state-only high module.load_balancer.aws_lb_listener.https[0] default_action[0].order',
        'configuration high module.database.aws_rds_cluster.this backup_retention_period',
      ]);
    });
  });

  describe.each(['spoilt', 'deleted'] as const)('a database that is %s', (how) => {
    it('is there again under its name by the commands of the README, with its instances, and nothing else is', () => {
      const { clusters, after, members, applied } = seen[how].restored;
      expect(applied).toMatch(/Apply complete! Resources: \d+ added, \d+ changed, \d+ destroyed\./);
      expect(after).toEqual(clusters);
      expect(members.length).toBeGreaterThan(1);
      expect(members.filter((each) => each.endsWith('-spoilt'))).toEqual([]);
    });

    it('is as it is configured, once the variable is gone', () => {
      const known = emulatorDefects().map(({ resource, attribute }) => `${resource} ${attribute}`);
      expect(seen[how].restored.differences.filter((each) => !known.includes(each))).toEqual([]);
    });
  });

  describe('a destroy', () => {
    it('leaves no resource and no output in any state, and no lock', () => {
      expect(Object.keys(seen.destroyed)).toEqual(Object.keys(seen.states));
      for (const state of Object.values(seen.destroyed)) expect(state).toEqual({ outputs: {}, resources: [] });
      expect(seen.locksAtTheEnd).toEqual({ items: [], objects: [] });
    });

    it('leaves nothing in any account, so nothing was created twice either', () => {
      expect(seen.before.length).toBeGreaterThan(0);
      expect(seen.after).toEqual(seen.before);
    });

    it('of the state backend follows its README', () => {
      expect(seen.takenAway).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Destroy complete!') });
    });
  });
});
