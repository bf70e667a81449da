import { join } from 'node:path';
import { policiesJson, policyMarkdown } from './policy-documents.ts';
import { schemaDocuments } from './schema-documents.ts';

/**
 * All files of `fleet/` that nobody edits, by their names, with what should stand in them.
 *
 * @param root the repository
 */
export const documentsOf = (root: string): Readonly<Record<string, string>> => ({
  ...schemaDocuments(join(root, 'packages')),
  'policies/README.md': policyMarkdown(join(root, 'packages')),
  'policies/policies.json': policiesJson(join(root, 'fleet')),
});
