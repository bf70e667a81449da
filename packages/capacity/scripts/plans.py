#!/usr/bin/env python3
"""Plans test/plans/main.tf without a network, for what the tests read and for what is measured.

  plans.py record                       writes test/plans/*.plan
  plans.py measure 39 156 312           resources, processor time and memory of a region's plan, as a table
  plans.py write FOLDER REGIONS SERVICES   a plan for each region, to be read by hoist quota and hoist cost

Terraform and its provider are found as the packages find them; the packages must be built.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, '..', 'test', 'plans')
PACKAGES = os.path.abspath(os.environ.get('FLAGHOIST_PACKAGES', os.path.join(HERE, '..', '..')))
FOUND = """
const [{ findTerraform }, { cliConfigurationFile }] = await Promise.all(
  ['tools/lib/find-terraform.ts', 'terraform/lib/cli-configuration.ts'].map((file) => import(process.argv[1] + '/' + file)));
console.log(JSON.stringify([findTerraform(process.env).program, cliConfigurationFile(process.env)]));
"""
REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'us-east-2', 'ca-central-1', 'sa-east-1', 'eu-west-2', 'eu-central-1',
           'ap-northeast-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-south-1']
ENDPOINTS = {name: {'service': name} for name in ['sqs', 'events', 'sns', 'logs']}
SIZE = {'node_type': 'cache.t4g.medium', 'replicas': 1}


def found():
    """Terraform, and the environment that it finds its provider by, as the packages find both."""
    ran = subprocess.run(['node', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', FOUND, os.path.join(HERE, '..', '..')],
                         check=True, capture_output=True, text=True)
    program, configuration = json.loads(ran.stdout)
    return program, {**os.environ, 'TF_CLI_CONFIG_FILE': configuration, 'CHECKPOINT_DISABLE': '1'}


TERRAFORM, ENVIRONMENT = found()


def terraform(directory, *args, **how):
    environment = {**ENVIRONMENT, 'TF_DATA_DIR': os.path.join(directory, '.terraform')}
    return subprocess.run([TERRAFORM, *args], cwd=ROOT, env=environment, check=True, **how)


def memory(pid):
    """What a process and those below it have in memory now, in kB."""
    try:
        with open(f'/proc/{pid}/status') as status:
            own = sum(int(line.split()[1]) for line in status if line.startswith('VmRSS'))
        with open(f'/proc/{pid}/task/{pid}/children') as children:
            return own + sum(memory(int(child)) for child in children.read().split())
    except OSError:
        return 0


def plan(directory, region, services, regions=REGIONS, cache=SIZE, endpoints=ENDPOINTS):
    """A saved plan; answers what it took: processor seconds and kB, of Terraform and its provider together."""
    values = os.path.join(directory, 'values.tfvars.json')
    with open(values, 'w') as file:
        json.dump({'region': region, 'regions': regions, 'services': services, 'packages': PACKAGES, 'cache': cache,
                   'interface_endpoints': endpoints}, file)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    arguments = ['plan', '-no-color', '-refresh=false', '-lock=false', '-input=false', f'-var-file={values}',
                 f'-out={os.path.join(directory, "plan")}']
    environment = {**ENVIRONMENT, 'TF_DATA_DIR': os.path.join(directory, '.terraform')}
    most = 0
    with open(os.path.join(directory, 'log'), 'w') as log:
        process = subprocess.Popen([TERRAFORM, *arguments], cwd=ROOT, env=environment, stdout=log, stderr=log)
        while process.poll() is None:
            most = max(most, memory(process.pid))
            time.sleep(0.1)
    if process.returncode != 0:
        sys.exit(open(os.path.join(directory, 'log')).read())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most


def shown(directory):
    return json.loads(terraform(directory, 'show', '-json', os.path.join(directory, 'plan'), capture_output=True).stdout)


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
            'provider_config': {'aws': {'name': 'aws', 'expressions': {'region': whole['configuration']['provider_config']['aws']['expressions']['region']}}},
            'root_module': providers(whole['configuration']['root_module']),
        },
    }


def write(path, value):
    with open(path, 'w') as file:
        json.dump(value, file, separators=(',', ':'))
        file.write('\n')


def main(command='', *args):
    if command not in ('record', 'measure', 'write'):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as directory:
        terraform(directory, 'init', '-no-color', '-input=false', capture_output=True)
        if command == 'record':
            for name, region in (('home', 'us-east-1'), ('region', 'eu-west-1')):
                plan(directory, region, 4, regions=['us-east-1', 'us-west-2', 'eu-west-1'])
                write(os.path.join(ROOT, f'{name}.plan'), trimmed(shown(directory)))
        if command == 'write':
            folder, regions, services = args[0], args[1].split(','), int(args[2])
            for region in regions[:3]:
                plan(directory, region, services, regions=regions)
                write(os.path.join(folder, f'{region}.json'), trimmed(shown(directory)))
            # Those beyond home and standby differ in nothing but their names.
            for region in regions[3:]:
                with open(os.path.join(folder, f'{regions[2]}.json')) as one, open(os.path.join(folder, f'{region}.json'), 'w') as other:
                    other.write(one.read().replace(regions[2], region))
        if command == 'measure':
            print('| services | resources | processor seconds | memory |\n| --- | --- | --- | --- |')
            for services in map(int, args):
                seconds, kilobytes = plan(directory, 'eu-west-1', services)
                print(f'| {services} | {len(trimmed(shown(directory))["resource_changes"])} | {seconds:.1f} | {kilobytes / 1e6:.2f} GB |', flush=True)
    lock = os.path.join(ROOT, '.terraform.lock.hcl')
    if os.path.exists(lock):
        os.remove(lock)


main(*sys.argv[1:])
