import { isObject } from '@flaghoist/core/json';
import type { ReadState } from '@flaghoist/stack-outputs/environment-record';
import { stateMissing } from '@flaghoist/stack-outputs/read-outputs';
import type { StateAddress } from '@flaghoist/stack-outputs/states';
import { type GetS3ReferenceArgs, getS3Reference } from '@pulumi/terraform/state/getS3Reference.js';
import type { Configuration } from './configuration.ts';

type Place = Pick<Configuration, 'bucket' | 'region' | 'workspaceKeyPrefix' | 'role' | 'endpoint'>;

/** Where a state lies, in the words of the reader: as the backend's file says, but for what the configuration says instead. */
const s3ReferenceOf = ({ workspace, key, backend }: StateAddress, instead: Place): GetS3ReferenceArgs => {
  const roleArn = instead.role ?? backend.assume_role?.role_arn;
  // It belongs to the role of the file.
  const externalId = instead.role === undefined ? backend.assume_role?.external_id : undefined;
  const endpoint = instead.endpoint ?? backend.endpoints?.s3;
  const stsEndpoint = instead.endpoint ?? backend.endpoints?.sts;
  return {
    bucket: instead.bucket ?? backend.bucket,
    region: instead.region ?? backend.region,
    key,
    workspace,
    workspaceKeyPrefix: instead.workspaceKeyPrefix ?? backend.workspace_key_prefix,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(stsEndpoint === undefined ? {} : { stsEndpoint }),
    ...(backend.skip_credentials_validation === true ? { skipCredentialsValidation: true } : {}),
    ...(backend.skip_metadata_api_check === true ? { skipMetadataApiCheck: true } : {}),
    ...(backend.skip_region_validation === true ? { skipRegionValidation: true } : {}),
  };
};

/**
 * Reads the outputs of one state by Pulumi's provider for Terraform.
 *
 * @throws {StackOutputsError} naming the state, when it is not there, has nothing in it, or may not be read
 */
export const readState = async (address: StateAddress, instead: Place): Promise<ReadState> => {
  const { outputs } = await getS3Reference(s3ReferenceOf(address, instead)).catch((error: unknown) => {
    throw stateMissing(address, error instanceof Error ? error.message : String(error), error);
  });
  // Of a state that is not there the reader makes an empty one, where its role may write.
  if (isObject(outputs) && Object.keys(outputs).length === 0) throw stateMissing(address, 'it has no outputs');
  return { address, outputs };
};
