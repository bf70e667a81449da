/** What the domain is there for, and for whom. */
export interface Trail {
  /** The data stream that has the documents. */
  readonly stream: string;
  /** ARNs of the IAM roles that create documents, … */
  readonly writers: readonly string[];
  /** … that search them, … */
  readonly readers: readonly string[];
  /** … and of the one that may set all this. */
  readonly master: string;
}

export const writerRole = ({ stream }: Trail): string => `${stream}_writer`;
export const readerRole = ({ stream }: Trail): string => `${stream}_reader`;

const keyword = { type: 'keyword' } as const;

/**
 * `detail` is kept and given back but not searched: its fields differ by event type, and mapping them all would end in a
 * conflict of types.
 */
export const shapeOfDocuments = {
  dynamic: 'false',
  properties: {
    id: keyword,
    type: keyword,
    flagKey: keyword,
    changeId: keyword,
    region: keyword,
    at: { type: 'date', format: 'epoch_millis' },
    detail: { type: 'object', enabled: false },
  },
} as const;

/**
 * Of a data stream, because it takes nothing but `create`: with an index, whoever may create a document may also overwrite one,
 * for OpenSearch has one right for both. One copy in each zone, as far as there are zones.
 */
export const templateOf = ({ stream }: Trail) => ({
  index_patterns: [stream],
  priority: 500,
  data_stream: { timestamp_field: { name: TIMESTAMP } },
  template: {
    settings: { index: { number_of_shards: '1', auto_expand_replicas: '0-2' } },
    mappings: shapeOfDocuments,
  },
});

export const TIMESTAMP = 'at';

const onStream = (stream: string, allowed_actions: readonly string[], cluster_permissions: readonly string[]) => ({
  cluster_permissions: [...cluster_permissions],
  index_permissions: [{ index_patterns: [stream], allowed_actions: [...allowed_actions], fls: [], masked_fields: [] }],
  tenant_permissions: [],
});

/** `indices:data/write/index` is what OpenSearch asks for a `create`. Neither `update` nor `delete` is among them. */
export const writerOf = ({ stream }: Trail) =>
  onStream(stream, ['indices:data/write/bulk[s]', 'indices:data/write/index'], ['indices:data/write/bulk']);

export const readerOf = ({ stream }: Trail) => onStream(stream, ['indices:data/read/search'], []);
