const keyword = { type: 'keyword' } as const;

/**
 * What the index is created with. `detail` is kept and given back but not searched: its fields differ by event type, and
 * mapping them all would end in a conflict of types.
 */
export const auditIndexDefinition = {
  mappings: {
    dynamic: false,
    properties: {
      id: keyword,
      type: keyword,
      flagKey: keyword,
      changeId: keyword,
      region: keyword,
      at: { type: 'date', format: 'epoch_millis' },
      detail: { type: 'object', enabled: false },
    },
  },
} as const;
