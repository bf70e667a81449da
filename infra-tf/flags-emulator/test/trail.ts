import { connectOpenSearch } from '@flaghoist/adapters/connect/open-search';
import { OpenSearchSettings } from '@flaghoist/adapters/open-search-settings';
import { templateOf } from '@flaghoist/audit-writer/bootstrap/trail';

export const trail = { stream: 'trail', writers: [], readers: [], master: 'none' };

/** What the bootstrap makes of the trail where there are no roles inside: the stream. */
export const makeTrail = async (node: string): Promise<void> => {
  const client = connectOpenSearch({ node, region: 'us-east-1', signed: false });
  const settings = new OpenSearchSettings(client);
  await settings.write(`/_index_template/${trail.stream}`, templateOf(trail));
  await settings.write(`/_data_stream/${trail.stream}`, undefined);
  await client.close();
};
