import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { TaggedResource, TaggedResources } from './unmanaged.ts';

const PAGE_SIZE = 100;

/**
 * Tagged resources by AWS's Resource Groups Tagging API. It lists what has, or had, tags; what never had any is not found,
 * and nor are types that the API does not know, such as roles.
 *
 * @param variables AWS's usual ones; without keys in them, credentials come from the SDK's default chain
 */
export const createTaggingApi = (variables: Readonly<Record<string, string | undefined>>): TaggedResources => ({
  async find(region, tags) {
    const client = new ResourceGroupsTaggingAPIClient({ region, maxAttempts: 5, ...accessOf(variables) });
    try {
      const found: TaggedResource[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new GetResourcesCommand({
            TagFilters: Object.entries(tags).map(([Key, value]) => ({ Key, Values: [value] })),
            ResourcesPerPage: PAGE_SIZE,
            ...(token === undefined ? {} : { PaginationToken: token }),
          }),
        );
        for (const { ResourceARN: arn, Tags = [] } of page.ResourceTagMappingList ?? []) {
          if (arn !== undefined)
            found.push({ arn, tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value ?? ''])) });
        }
        token = page.PaginationToken === '' ? undefined : page.PaginationToken;
      } while (token !== undefined);
      return found;
    } finally {
      client.destroy();
    }
  },
});

const accessOf = ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
}: Readonly<Record<string, string | undefined>>) => ({
  ...(endpoint === undefined ? {} : { endpoint }),
  ...(accessKeyId === undefined || secretAccessKey === undefined
    ? {}
    : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
});
