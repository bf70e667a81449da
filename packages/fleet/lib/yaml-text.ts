import { stringify } from 'yaml';

/**
 * YAML that readers of 1.1 and of 1.2 take for the same: kubectl and flagd's own reader call the variants on and off true and false
 * where they stand without quotes.
 */
export const yamlText = (value: unknown): string =>
  stringify(value, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 });
