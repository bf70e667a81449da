import { memberOf } from '@flaghoist/core/json';
import { assumptions } from '../../load/assumptions.ts';
import { blockOf, isUnknown, numberOf, ofType, type Planned, placeOf, textOf } from '../../plans/planned.ts';
import type { MeterOf } from '../meter.ts';

const { hours } = assumptions.month;

/** The one of a type that stands in the same module of the same plan. */
const beside = (resource: Planned, type: string, resources: readonly Planned[]): Planned | undefined =>
  ofType(resources, type).find((each) => placeOf(each) === placeOf(resource));

/** Tasks on Fargate, all month as many as the service begins with; a task definition counts 1,024 units a processor, and MiB. */
export const taskMeter: MeterOf = (service, { resources }) => {
  const task = beside(service, 'aws_ecs_task_definition', resources);
  const [cpu, memory] = task === undefined ? [] : [numberOf(task, 'cpu'), numberOf(task, 'memory')];
  const count = numberOf(service, 'desired_count');
  if (task === undefined || cpu === undefined || memory === undefined || count === undefined)
    return { meters: [], unpriced: [`${service.address}: how many tasks of which size`] };
  const arm = memberOf(blockOf(task.values, 'runtime_platform'), 'cpu_architecture') === 'ARM64';
  const price = `fargate.${arm ? 'arm' : 'x86'}`;
  return {
    meters: [
      { price: `${price}.cpu`, quantity: (count * hours * cpu) / 1024 },
      { price: `${price}.memory`, quantity: (count * hours * memory) / 1024 },
    ],
    unpriced: ['tasks: more of them while there is load'],
  };
};

/** An instance's hours; of a serverless one the least capacity that it has, which is what it has while nobody asks. */
export const databaseMeter: MeterOf = (instance, { resources }) => {
  const type = textOf(instance, 'instance_class');
  if (type === undefined)
    return {
      meters: [],
      unpriced: [
        `${instance.address}: its instance_class${isUnknown(instance, 'instance_class') ? ' is known after apply' : ''}`,
      ],
    };
  if (type !== 'db.serverless') return { meters: [{ price: `aurora.${type}`, quantity: hours }] };
  const cluster = beside(instance, 'aws_rds_cluster', resources);
  const units = memberOf(blockOf(cluster?.values, 'serverlessv2_scaling_configuration'), 'min_capacity');
  if (typeof units !== 'number') return { meters: [], unpriced: [`${instance.address}: its least capacity`] };
  return {
    meters: [{ price: 'aurora.acu', quantity: units * hours }],
    unpriced: ['serverless databases: capacity above the least, while there is load'],
  };
};
