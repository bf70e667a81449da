import type { EnvironmentPlan } from './read-plans.ts';

/** `…["service-flags/checkout"]`: a resource of one service, whatever it is the resource of. */
const OF_SERVICE = /\["[^"]*\/(?<service>[^"/]+)"\]$/;
const UPDATER = /module\.cells\.module\.function\["cache-updater\.apply\.[^"]+"\]\.aws_lambda_function\./;

/** What every service has one of: a subscription in a foundation, an event source beside the functions. */
const SERVICE_HAS: ReadonlySet<string> = new Set(['aws_lambda_event_source_mapping', 'aws_sns_topic_subscription']);

const serviceOf = (address: string): string | undefined => OF_SERVICE.exec(address)?.groups?.['service'];

/**
 * How many resources a region has with so many services, from a plan with a few of them: what a service has, all have.
 *
 * @throws {Error} when services of the plan differ
 */
export const sizeWith = (
  { resources }: Pick<EnvironmentPlan, 'resources'>,
  services: number,
): { readonly resources: number; readonly eachService: number; readonly updaters: number } => {
  const planned = new Set(
    resources.filter(({ type }) => SERVICE_HAS.has(type)).flatMap(({ address }) => serviceOf(address) ?? []),
  );
  const counts = new Map<string, number>([...planned].map((service) => [service, 0]));
  for (const { address } of resources) {
    const service = serviceOf(address);
    if (service !== undefined && counts.has(service)) counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  const [eachService = 0, ...others] = new Set(counts.values());
  if (others.length > 0)
    throw new Error(`Services are not all alike: they have ${[eachService, ...others].join(', ')}`);
  return {
    resources: resources.length + (services - counts.size) * eachService,
    eachService,
    updaters: resources.filter(({ address }) => UPDATER.test(address)).length,
  };
};
