import { assumptions } from '../../load/assumptions.ts';
import { isUnknown, moduleOf, ofType, type Planned, placeOf, textOf } from '../../plans/planned.ts';
import { counted, countedIf, fullest, highest, policySize, type Reading, type Rule } from '../reading.ts';

const isFiltered = (each: Planned): boolean => !['', '{}'].includes(textOf(each, 'filter_policy') ?? '');

/** The topic of a subscription; where its ARN is not known yet, the one topic of its module, and all topics where there are more. */
const topicOf = (subscription: Planned, topics: readonly Planned[]): string => {
  const known = textOf(subscription, 'topic_arn');
  if (known !== undefined) return known;
  const beside = topics.filter((topic) => placeOf(topic) === placeOf(subscription));
  return beside.length === 1
    ? (beside[0]?.address ?? '')
    : `the topics of ${moduleOf(subscription) || 'the root module'}`;
};

const perTopic =
  (quota: string, counts: (subscription: Planned) => boolean): Rule =>
  ({ resources }) => {
    const topics = ofType(resources, 'aws_sns_topic');
    const all = ofType(resources, 'aws_sns_topic_subscription').filter(counts);
    return [...Map.groupBy(all, ({ region }) => region)].flatMap(([region, here]) =>
      highest(
        [...Map.groupBy(here, (each) => topicOf(each, topics))].map(([of, members]): Reading => {
          const atMost = of.startsWith('the topics of')
            ? 'which subscription is of which topic: counted as of one'
            : undefined;
          return { quota, region, of, used: members.length, atMost };
        }),
      ),
    );
  };

const policyOf =
  (name = 'policy') =>
  (resource: Planned) => ({
    used: policySize(textOf(resource, name) ?? ''),
    atLeast: isUnknown(resource, name) ? 'the text' : undefined,
  });

/** What each region publishes and puts, at the load that was asked for. */
const rates: Rule = ({ loads }) =>
  [...loads.values()].flatMap(({ region, changesPerSecond, busEvents, events }): readonly Reading[] => [
    { quota: 'sns.publishes', region, used: 2 * changesPerSecond },
    { quota: 'events.puts', region, used: busEvents },
    // Each event goes to the trail, and at most to one more target.
    { quota: 'events.invocations', region, used: 2 * busEvents },
    { quota: 'logs.writes', region, used: [...events.values()].reduce((sum, { perSecond }) => sum + perSecond, 0) },
  ]);

/** A topic, a queue and a bus of their own have a policy beside them, in a resource of its own. */
export const messageRules: readonly Rule[] = [
  counted('sns.topics', 'aws_sns_topic'),
  perTopic('sns.subscriptions', () => true),
  perTopic('sns.filters-per-topic', isFiltered),
  countedIf('sns.filters', isFiltered, 'aws_sns_topic_subscription'),
  fullest('sns.policy', 'aws_sns_topic', policyOf()),
  fullest('sns.policy', 'aws_sns_topic_policy', policyOf()),
  fullest('sqs.policy', 'aws_sqs_queue', policyOf()),
  fullest('sqs.policy', 'aws_sqs_queue_policy', policyOf()),
  rates,
  counted('events.buses', 'aws_cloudwatch_event_bus'),
  ({ resources }) =>
    grouped(
      resources,
      'aws_cloudwatch_event_rule',
      'events.rules',
      (each) => textOf(each, 'event_bus_name') ?? 'default',
    ),
  ({ resources }) =>
    grouped(
      resources,
      'aws_cloudwatch_event_target',
      'events.targets',
      (each) => `${textOf(each, 'event_bus_name') ?? 'default'}/${textOf(each, 'rule') ?? each.address}`,
    ),
  fullest('events.pattern', 'aws_cloudwatch_event_rule', policyOf('event_pattern')),
  fullest('events.policy', 'aws_cloudwatch_event_bus_policy', policyOf()),
  counted('scheduler.schedules', 'aws_scheduler_schedule'),
  counted('states.machines', 'aws_sfn_state_machine'),
];

const grouped = (
  resources: readonly Planned[],
  type: string,
  quota: string,
  key: (resource: Planned) => string,
): readonly Reading[] =>
  [...Map.groupBy(ofType(resources, type), ({ region }) => region)].flatMap(([region, here]) =>
    highest([...Map.groupBy(here, key)].map(([of, members]) => ({ quota, region, of, used: members.length }))),
  );

/** Executions of workflows, for regions that have a workflow of the kind. */
export const workflowRates: Rule = ({ resources, loads }) =>
  ofType(resources, 'aws_sfn_state_machine').flatMap((machine): readonly Reading[] => {
    const { region } = machine;
    const load = region === undefined ? undefined : loads.get(region);
    if (load === undefined) return [];
    const [name, each] =
      Object.entries(assumptions.workflowsPerChange).find(([key]) => (textOf(machine, 'name') ?? '').includes(key)) ??
      [];
    if (name === undefined || typeof each !== 'object') return [];
    const starts = load.changesPerSecond * each.executions;
    if (textOf(machine, 'type') === 'EXPRESS')
      return [{ quota: 'states.express-starts', region, of: machine.address, used: starts }];
    return [
      { quota: 'states.standard-starts', region, of: machine.address, used: starts },
      { quota: 'states.transitions', region, of: machine.address, used: starts * each.transitions },
      { quota: 'states.open', region, of: machine.address, used: starts * LONGEST_SECONDS },
    ];
  });

/** The longest that a conclusion takes while regions refuse: 30 + 30 + 27 + 20 s. */
const LONGEST_SECONDS = 107;

/** Insights is asked at most as often as the window's lease allows, and each answer is fetched more than once. */
export const queryRates: Rule = ({ loads }) => {
  const { queries, polls, mostPerSecond } = assumptions.queriesPerChange;
  return [...loads.values()].flatMap(({ region, changesPerSecond }): readonly Reading[] => {
    const perSecond = Math.min(changesPerSecond * queries, mostPerSecond);
    return [
      { quota: 'logs.queries', region, used: perSecond },
      { quota: 'logs.results', region, used: perSecond * polls },
      { quota: 'logs.concurrent-queries', region, used: Math.ceil(perSecond * (1 / mostPerSecond)) },
    ];
  });
};
