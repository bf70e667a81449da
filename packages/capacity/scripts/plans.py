#!/usr/bin/env python3
"""Plans without a network: what the tests read, what is measured, and what bills are of.

  plans.py record                                 writes test/plans/*.plan, of test/plans/main.tf
  plans.py measure ENVIRONMENT 39 156 312         what the plans of a region take with so many services, as a table
  plans.py write FOLDER ENVIRONMENT SERVICES [REGIONS]   plans of all stacks of the flags in an environment, for hoist quota and hoist cost
  plans.py application FOLDER ENVIRONMENT         the plan of the application, which shares quotas with them where it has the same account

The stacks are those of this checkout with other services in the topology. Terraform and its provider are found as the packages
find them. For more services than a topic takes filters, that limit is lifted in the copy that is planned.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = os.path.abspath(os.path.join(HERE, '..', '..'))
CHECKOUT = os.path.dirname(PACKAGES)
ROOT = os.path.join(HERE, '..', 'test', 'plans')

FOUND = """
const from = (file) => import(process.argv[1] + '/' + file);
const [{ findTerraform }, { cliConfigurationFile }] = await Promise.all([from('tools/lib/find-terraform.ts'), from('terraform/lib/cli-configuration.ts')]);
console.log(JSON.stringify([findTerraform(process.env).program, cliConfigurationFile(process.env)]));
"""
ZIPS = """
const [{ standInZips }, { cpSync, readdirSync, existsSync }] = await Promise.all([import(process.argv[1] + '/terraform/lib/stand-in-zips.ts'), import('node:fs')]);
const [, packages, target] = process.argv;
for (const name of readdirSync(packages)) {
  const file = `/${name}/lambda.json`;
  if (existsSync(packages + file)) cpSync(packages + file, target + file);
}
standInZips(target);
console.log('null');
"""
PREPARE = """
const from = (file) => import(process.argv[1] + '/terraform/lib/' + file);
const [{ openTerraform }, { prepareOffline }] = await Promise.all([from('terraform.ts'), from('plan-offline.ts')]);
const [sources, stack, workDirectory] = process.argv.slice(2);
const { directory, withoutProbes } = await prepareOffline(await openTerraform(process.env), { sources, stack, workDirectory });
withoutProbes();
console.log(JSON.stringify(directory));
"""
STATES = """
const { offlineStates } = await import(process.argv[1] + '/terraform/lib/offline-states.ts');
console.log(JSON.stringify(offlineStates(process.argv[2], JSON.parse(process.argv[3]))));
"""


# That of the workspace, which reads TypeScript; the machine's own may be older.
NODE = os.path.join(CHECKOUT, 'node_modules', 'node', 'bin', 'node')


def node(script, *args):
    if not os.path.exists(NODE):
        sys.exit(f'{NODE} is not there: run npx pnpm install in {CHECKOUT} first.')
    ran = subprocess.run([NODE, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, PACKAGES, *args],
                         check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(ran.stdout)


TERRAFORM, CONFIGURATION = node(FOUND)
ENVIRONMENT = {**os.environ, 'TF_CLI_CONFIG_FILE': CONFIGURATION or '', 'CHECKPOINT_DISABLE': '1',
               'AWS_ACCESS_KEY_ID': 'offline', 'AWS_SECRET_ACCESS_KEY': 'offline'}


def memory(pid):
    """What a process and those below it have in memory now, in kB."""
    try:
        with open(f'/proc/{pid}/status') as status:
            own = sum(int(line.split()[1]) for line in status if line.startswith('VmRSS'))
        with open(f'/proc/{pid}/task/{pid}/children') as children:
            return own + sum(memory(int(child)) for child in children.read().split())
    except OSError:
        return 0


def plan(directory, arguments, more):
    """The plan of a root as terraform show -json says it, the processor seconds that planning took, and kB at most."""
    environment = {**ENVIRONMENT, **more}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    most = 0
    with tempfile.TemporaryFile('w+') as log:
        process = subprocess.Popen([TERRAFORM, 'plan', '-no-color', '-refresh=false', '-lock=false', '-input=false', '-out=saved.tfplan', *arguments],
                                   cwd=directory, env=environment, stdout=log, stderr=log)
        while process.poll() is None:
            most = max(most, memory(process.pid))
            time.sleep(0.1)
        if process.returncode != 0:
            log.seek(0)
            sys.exit(log.read()[-4000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    shown = subprocess.run([TERRAFORM, 'show', '-json', 'saved.tfplan'], cwd=directory, env=environment, check=True, stdout=subprocess.PIPE)
    os.remove(os.path.join(directory, 'saved.tfplan'))
    return json.loads(shown.stdout), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most


# Nothing of these is read, and with them a recorded plan is three times as long.
DROPPED = {'tags', 'tags_all', 'description', 'timeouts'}


def without_nothing(value):
    if isinstance(value, dict):
        return {key: without_nothing(each) for key, each in value.items() if key not in DROPPED and each not in (None, {}, [], False)}
    return [without_nothing(each) for each in value] if isinstance(value, list) else value


def providers(module):
    return {
        'resources': [{'address': each['address'], 'provider_config_key': each.get('provider_config_key', 'aws')} for each in module.get('resources', [])],
        'module_calls': {name: {'module': providers(call['module'])} for name, call in module.get('module_calls', {}).items()},
    }


def trimmed(whole):
    """What is read of a plan, as Terraform wrote it."""
    return {
        'format_version': whole['format_version'],
        'terraform_version': whole['terraform_version'],
        'complete': whole.get('complete', True),
        'variables': whole['variables'],
        'resource_changes': [
            {**{key: each[key] for key in ('address', 'mode', 'type')},
             'change': {'actions': each['change']['actions'], 'after': without_nothing(each['change']['after']),
                        'after_unknown': without_nothing(each['change']['after_unknown'])}}
            for each in whole['resource_changes'] if each['mode'] == 'managed'
        ],
        'configuration': {
            'provider_config': {name: {'name': 'aws', 'expressions': {'region': provider['expressions']['region']}}
                                for name, provider in whole['configuration']['provider_config'].items() if 'region' in provider.get('expressions', {})},
            'root_module': providers(whole['configuration']['root_module']),
        },
    }


def told(target, region, stack, whole):
    """Writes a plan, and says that it is there: each takes its time."""
    write(os.path.join(target, f'{stack}.{region}.json'), trimmed(whole))
    print(f'{stack} {region}', flush=True)


def told_end(target):
    print(f'{len([name for name in os.listdir(target) if name.endswith(".json")])} plans in {target}/', flush=True)


def write(path, value):
    with open(path, 'w') as file:
        json.dump(value, file, separators=(',', ':'))
        file.write('\n')


def record():
    regions = ['us-east-1', 'us-west-2', 'eu-west-1']
    endpoints = {name: {'service': name} for name in ['sqs', 'events', 'sns', 'logs']}
    with tempfile.TemporaryDirectory() as directory:
        node(ZIPS, directory)
        more = {'TF_DATA_DIR': os.path.join(directory, '.terraform')}
        subprocess.run([TERRAFORM, 'init', '-no-color', '-input=false'], cwd=ROOT, env={**ENVIRONMENT, **more}, check=True, stdout=subprocess.DEVNULL)
        values = os.path.join(directory, 'values.tfvars.json')
        for name, region in (('home', regions[0]), ('region', regions[2])):
            write(values, {'region': region, 'regions': regions, 'services': 4, 'packages': directory, 'interface_endpoints': endpoints,
                           'cache': {'node_type': 'cache.t4g.medium', 'replicas': 1}})
            write(os.path.join(ROOT, f'{name}.plan'), trimmed(plan(ROOT, [f'-var-file={values}'], more)[0]))
        os.remove(os.path.join(ROOT, '.terraform.lock.hcl'))


class Stacks:
    """The stacks of the flags in a copy of the checkout, with so many services in so many regions."""

    def __init__(self, folder, environment, regions=None):
        self.folder = folder
        with open(os.path.join(CHECKOUT, 'fleet', 'environments.json')) as file:
            self.environments = json.load(file)
        found = [each for each in self.environments['environments'] if each['name'] == environment]
        if not found:
            names = ', '.join(each['name'] for each in self.environments['environments'])
            sys.exit(f'fleet/environments.json has no {environment}. Name one of: {names}.')
        self.environment = found[0]
        with open(os.path.join(CHECKOUT, 'fleet', 'topology.json')) as file:
            self.topology = json.load(file)
        homes = [self.environment['region'], self.environment['replicaRegion']]
        all_regions = self.environment.get('regions', [each['name'] for each in self.topology['regions']])
        names = homes + [name for name in all_regions if name not in homes]
        self.regions = names[:regions]
        self.prepared = {}

    def directory(self, stack, services):
        work = os.path.join(self.folder, stack)
        if stack not in self.prepared:
            os.makedirs(work, exist_ok=True)
            self.prepared[stack] = node(PREPARE, os.path.join(CHECKOUT, 'infra-tf', 'lib'), stack, work)
        checkout = os.path.join(work, 'checkout')
        first = self.topology['services'][0]
        write(os.path.join(checkout, 'fleet', 'topology.json'), {
            **self.topology,
            'regions': [{'name': name, 'state': 'serving'} for name in self.regions],
            'services': [{**first, 'name': f'service-{index}', 'cell': f'cell-{index // 39 + 1}'} for index in range(services)],
        })
        write(os.path.join(checkout, 'fleet', 'environments.json'), {
            **self.environments,
            'environments': [{**each, 'regions': self.regions} if each['name'] == self.environment['name'] else each for each in self.environments['environments']],
        })
        if services > 200:
            limit = os.path.join(checkout, 'infra-tf', 'lib', 'modules', 'flag-fanout', 'variables.tf')
            with open(limit) as file:
                text = file.read().replace('length(var.topology.services) <= 200', 'length(var.topology.services) <= 400')
            with open(limit, 'w') as file:
                file.write(text)
        return self.prepared[stack]

    def plan(self, stack, services, region):
        directory = self.directory(stack, services)
        environment = self.environment['name']
        workspace = environment if stack in ('flags-global', 'application') else f'{environment}-{region}'
        places = {'environment': environment, 'region': region, 'account': self.environment['account'],
                  'home': self.environment['region'], 'standby': self.environment['replicaRegion']}
        states = node(STATES, directory, json.dumps({'name': workspace, 'places': places}))
        return plan(directory, [*states, f'-var-file=environments/{environment}.tfvars'], {'TF_WORKSPACE': workspace})


def measure(environment, *counts):
    with tempfile.TemporaryDirectory() as folder:
        stacks = Stacks(folder, environment)
        print('| stack | where | services | resources | processor seconds | memory |\n| --- | --- | --- | --- | --- | --- |')
        for where, region in (('home', stacks.regions[0]), ('neither home nor standby', stacks.regions[-1])):
            for stack, services in [(stack, int(count)) for count in counts for stack in ('region-foundation', 'flags-region')]:
                whole, seconds, kilobytes = stacks.plan(stack, services, region)
                print(f'| {stack} | {where} | {services} | {len(trimmed(whole)["resource_changes"])} | {seconds:.1f} | {kilobytes / 1e6:.2f} GB |', flush=True)


def write_all(target, environment, services, regions=None):
    os.makedirs(target, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        stacks = Stacks(folder, environment, None if regions is None else int(regions))
        home, standby, other, *others = stacks.regions
        told(target, home, 'flags-global', stacks.plan('flags-global', int(services), home)[0])
        for stack in ('region-foundation', 'flags-region'):
            for region in (home, standby, other):
                told(target, region, stack, stacks.plan(stack, int(services), region)[0])
            # Those beyond home and standby differ in nothing but their names.
            with open(os.path.join(target, f'{stack}.{other}.json')) as file:
                text = file.read()
            for region in others:
                with open(os.path.join(target, f'{stack}.{region}.json'), 'w') as file:
                    file.write(text.replace(other, region))
                print(f'{stack} {region}, as {other}', flush=True)
    told_end(target)


def write_application(target, environment):
    os.makedirs(target, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        stacks = Stacks(folder, environment)
        home = stacks.regions[0]
        told(target, home, 'application', stacks.plan('application', 1, home)[0])
    told_end(target)


COMMANDS = {'record': record, 'measure': measure, 'write': write_all, 'application': write_application}
if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
    sys.exit(__doc__)
COMMANDS[sys.argv[1]](*sys.argv[2:])
