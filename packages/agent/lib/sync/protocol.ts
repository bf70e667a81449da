import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

const text = (id: number) => ({ type: 'string', id });
const rpc = (name: string, responseStream = false) => ({
  requestType: `${name}Request`,
  responseType: `${name}Response`,
  responseStream,
  comment: '',
});
const asked = { fields: { provider_id: text(1), selector: text(2) } };
const mapOf = (type: string, id: number) => ({ keyType: 'string', type, id });
const struct = (id: number) => ({ type: 'google.protobuf.Struct', id });

/** flagd/sync/v1/sync.proto of buf.build/open-feature/flagd, and the messages of protobuf that it uses. */
const files: Parameters<typeof fromJSON>[0] = {
  nested: {
    google: {
      nested: {
        protobuf: {
          nested: {
            Struct: { fields: { fields: mapOf('Value', 1) } },
            Value: { oneofs: { kind: { oneof: ['string_value'] } }, fields: { string_value: text(3) } },
          },
        },
      },
    },
    flagd: {
      nested: {
        sync: {
          nested: {
            v1: {
              nested: {
                SyncFlagsRequest: asked,
                SyncFlagsResponse: { fields: { flag_configuration: text(1), sync_context: struct(2) } },
                FetchAllFlagsRequest: asked,
                FetchAllFlagsResponse: { fields: { flag_configuration: text(1) } },
                GetMetadataRequest: { fields: {} },
                GetMetadataResponse: { fields: { metadata: struct(2) } },
                FlagSyncService: {
                  methods: {
                    SyncFlags: rpc('SyncFlags', true),
                    FetchAllFlags: rpc('FetchAllFlags'),
                    GetMetadata: rpc('GetMetadata'),
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

const loaded = fromJSON(files, { keepCase: true, defaults: true })[
  'flagd.sync.v1.FlagSyncService'
] as ServiceDefinition;

const bytesOf = (name: string, response: object): Buffer => {
  const found = loaded[name];
  if (found === undefined) throw new TypeError(`flagd.sync.v1 has no ${name}`);
  return found.responseSerialize(response);
};

/** Never empty and never left out: some clients fail for good without it. Rules cannot name what has a dot in its name. */
const contextOf = (service: string) => ({ fields: { 'flaghoist.service': { string_value: service } } });

/** The bytes of an answer with a set: made once, however many clients get it. */
export const syncResponse = (set: string, service: string): Buffer =>
  bytesOf('SyncFlags', { flag_configuration: set, sync_context: contextOf(service) });

export const fetchResponse = (set: string): Buffer => bytesOf('FetchAllFlags', { flag_configuration: set });

export const metadataResponse = (service: string): Buffer => bytesOf('GetMetadata', { metadata: contextOf(service) });

/** The service with answers that are bytes already. */
export const flagSyncService: ServiceDefinition = Object.fromEntries(
  Object.entries(loaded).map(([name, each]) => [name, { ...each, responseSerialize: (bytes: Buffer) => bytes }]),
);

export interface SyncRequest {
  readonly provider_id: string;
  readonly selector: string;
}
