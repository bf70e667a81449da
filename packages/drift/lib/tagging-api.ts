import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Applied } from './applied.ts';
import { accessOf } from './aws-access.ts';
import type { TaggedResource, TaggedResources } from './unmanaged.ts';

const PAGE_SIZE = 100;

/**
 * Tagged resources by AWS's Resource Groups Tagging API. It lists what has, or had, tags; what never had any is not found,
 * and nor are types that the API does not know, such as roles.
 *
 * @param variables AWS's usual ones; without keys in them, credentials come from the SDK's default chain
 * @param role the role to look with, which these credentials may assume; without an ARN they look themselves
 */
export const createTaggingApi = (
  variables: Readonly<Record<string, string | undefined>>,
  { roleArn, externalId }: Partial<Pick<Applied, 'roleArn' | 'externalId'>> = {},
): TaggedResources => ({
  async find(region, tags) {
    const access = accessOf(variables);
    const client = new ResourceGroupsTaggingAPIClient({
      region,
      maxAttempts: 5,
      ...access,
      ...(roleArn === undefined ? {} : { credentials: await assumed({ roleArn, externalId }, { region, ...access }) }),
    });
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

interface Reader {
  readonly roleArn: string;
  readonly externalId: string | undefined;
}

const assumed = async ({ roleArn, externalId }: Reader, settings: { readonly region: string }) => {
  const client = new STSClient(settings);
  try {
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: 'flaghoist-drift',
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      }),
    );
    if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined) {
      throw new Error(`${roleArn} could not be assumed: the answer has no credentials`);
    }
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      ...(given.SessionToken === undefined ? {} : { sessionToken: given.SessionToken }),
    };
  } finally {
    client.destroy();
  }
};
