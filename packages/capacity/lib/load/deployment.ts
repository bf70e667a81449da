import { type FunctionName, shippedWiring } from '@flaghoist/wiring/wiring';
import { ofType, type Planned, placeOf, textOf } from '../plans/planned.ts';

/** A function of ours as plans have it. Those of cells are several of one name. */
export interface DeployedFunction {
  readonly name: FunctionName;
  readonly resource: Planned;
  /** Its event sources, of queues and of streams. */
  readonly sources: readonly Planned[];
}

export interface DeployedRegion {
  readonly region: string;
  readonly functions: readonly DeployedFunction[];
  /** Subscriptions of the region's topics: its services. */
  readonly subscriptions: number;
  readonly cells: number;
  /** Whether what only home has is here too: in home and in its standby. */
  readonly isHome: boolean;
}

export interface Deployment {
  readonly regions: readonly DeployedRegion[];
  /** The region of the global table: there proposals are accepted. Nothing where no plan has that table. */
  readonly home: string | undefined;
}

const names: ReadonlySet<string> = new Set(Object.keys(shippedWiring().functions));

/** Our functions lie in their bucket under their own name, and that of their cell. */
const STORED = /^functions\/([a-z-]+\.[a-z-]+)(?:\.[a-z0-9-]+)?\//;

/** Which of our functions a resource is; nothing for functions of others. */
export const functionNameOf = (resource: Planned): FunctionName | undefined => {
  const found = STORED.exec(textOf(resource, 's3_key') ?? '')?.[1];
  return found !== undefined && names.has(found) ? (found as FunctionName) : undefined;
};

/** Whether an event source reads a stream: those of queues have no place to start from. */
export const readsStream = (source: Planned): boolean =>
  textOf(source, 'starting_position') !== undefined ||
  /:dynamodb:|:kinesis:/.test(textOf(source, 'event_source_arn') ?? '');

/** What of Flaghoist's own stands where. */
export const deploymentOf = (resources: readonly Planned[]): Deployment => {
  const sources = Map.groupBy(ofType(resources, 'aws_lambda_event_source_mapping'), placeOf);
  const functions = ofType(resources, 'aws_lambda_function').flatMap((resource): readonly DeployedFunction[] => {
    const name = functionNameOf(resource);
    return name === undefined ? [] : [{ name, resource, sources: sources.get(placeOf(resource)) ?? [] }];
  });
  const subscriptions = ofType(resources, 'aws_sns_topic_subscription');
  const regions = [...Map.groupBy(functions, ({ resource }) => resource.region)].flatMap(([region, here]) =>
    region === undefined
      ? []
      : [
          {
            region,
            functions: here,
            subscriptions: subscriptions.filter((each) => each.region === region).length,
            cells: here.filter(({ name }) => name === 'cache-updater.apply').length,
            isHome: here.some(({ name }) => name === 'validator.accept'),
          },
        ],
  );
  const global = ofType(resources, 'aws_dynamodb_table').find(({ values }) => {
    const { replica } = values as { replica?: unknown };
    return Array.isArray(replica) && replica.length > 0;
  });
  const homes = regions.filter(({ isHome }) => isHome).map(({ region }) => region);
  return { regions, home: global?.region ?? homes[0] };
};
