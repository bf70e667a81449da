import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import type { Published } from '@flaghoist/waves/published';
import type { World } from './arn-of.ts';

/** Asks home's table. @throws UnavailableError when it is out of reach, or nothing was ever published */
export const publishedIn = async ({ deployment }: World): Promise<Published> => {
  const access = { client: connectDynamo({ region: deployment.home }), table: deployment.flagsTable };
  const { version, regions } = await new DynamoTopologySource(access).latest();
  return { version, inUse: regions.filter(({ state }) => state !== 'draining').map(({ name }) => name) };
};
