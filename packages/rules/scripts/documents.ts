import { catalogueJson, catalogueMarkdown } from './catalogue-documents.ts';
import { peopleSchemaJson, policiesJson, policyMarkdown, policySchemaJson } from './policy-documents.ts';

/**
 * All files that `pnpm catalogue` writes, by their names, with what should stand in them.
 *
 * @param directory packages/rules
 */
export const documentsOf = (directory: string): Readonly<Record<string, string>> => ({
  'CATALOGUE.md': catalogueMarkdown(),
  'catalogue.json': catalogueJson(),
  'policies/README.md': policyMarkdown(directory),
  'policies/people.schema.json': peopleSchemaJson(),
  'policies/policies.json': policiesJson(directory),
  'policies/policy.schema.json': policySchemaJson(directory),
});
