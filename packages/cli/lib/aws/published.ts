import { connectDynamo } from '@flaghoist/adapters/connect/dynamo';
import type { Deployment } from '@flaghoist/adapters/deployment';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Published } from '@flaghoist/waves/published';

const EMPTY = { epoch: 0, version: 0, inUse: [] as readonly string[] };

const readIn = async (region: string, { flagsTable: table, home }: Deployment) => {
  const access = { client: connectDynamo({ region }), table };
  const move = await new DynamoHomeStore(access).lastMove();
  const topology = await new DynamoTopologySource(access).newest();
  const inUse = topology?.regions.filter(({ state }) => state !== 'draining').map(({ name }) => name);
  return {
    home: move?.region ?? home,
    epoch: move?.epoch ?? EMPTY.epoch,
    version: topology?.version ?? EMPTY.version,
    inUse: inUse ?? EMPTY.inUse,
  };
};

/**
 * Asks the tables of home and of the standby. One of them may be out of reach, or not know yet that home has moved: the higher epoch
 * is right, and of it the newer topology.
 *
 * @throws UnavailableError when both are out of reach
 */
export const publishedIn = async (deployment: Deployment, standby: string | undefined): Promise<Published> => {
  const regions = [deployment.home, ...(standby === undefined ? [] : [standby])];
  const answers = await Promise.allSettled(regions.map((region) => readIn(region, deployment)));
  const known = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const [newest] = known.sort((a, b) => b.epoch - a.epoch || b.version - a.version);
  if (newest !== undefined) return newest;
  throw new UnavailableError(
    `table ${deployment.flagsTable} in ${regions.join(' and ')}`,
    'It says where home is, and which regions are in use. Look whether your credentials may read it.',
    answers.find((answer) => answer.status === 'rejected')?.reason,
  );
};
