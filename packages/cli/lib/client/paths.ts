/** The path of a flag, of one of its revisions, or of one of its changes. */
export const flagPath = (flagKey: string, rest = ''): string => `/v1/flags/${encodeURIComponent(flagKey)}${rest}`;
