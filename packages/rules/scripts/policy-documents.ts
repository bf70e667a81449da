import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { DEFAULT_POLICY, policyFileSchema } from '../lib/policy.ts';

/** The files in which the parameters are declared; the comment before each is its description. */
const sources = ['policy.ts', 'process-policy.ts'];

const parameter = /(?:\/\*\*(?<comment>(?:(?!\*\/)[\s\S])*)\*\/\s*)?(?<name>[A-Za-z]+): z\._default\(/g;

/** @param directory packages/rules */
const descriptionsIn = (directory: string): ReadonlyMap<string, string> => {
  const text = sources.map((file) => readFileSync(join(directory, 'lib', file), 'utf8')).join('\n');
  return new Map(
    [...text.matchAll(parameter)].map(({ groups = {} }) => [
      groups['name'] ?? '',
      (groups['comment'] ?? '').replaceAll(/\s*\n\s*\*\s?/g, ' ').trim(),
    ]),
  );
};

/** @throws TypeError for a parameter without a comment */
const descriptionOf = (name: string, descriptions: ReadonlyMap<string, string>): string => {
  const description = descriptions.get(name);
  if (!description) throw new TypeError(`The parameter ${name} needs a comment that says what it sets.`);
  return description;
};

/** `policies/policy.schema.json`: what editors check a policy file against. */
export const policySchemaJson = (directory: string): string => {
  const { properties = {}, ...schema } = z.toJSONSchema(policyFileSchema, { io: 'input' });
  const descriptions = descriptionsIn(directory);
  const described = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      name === '$schema' ? property : { description: descriptionOf(name, descriptions), ...Object(property) },
    ]),
  );
  return `${JSON.stringify({ ...schema, properties: described }, null, 2)}\n`;
};

const introduction = `# Policy files

The parameters of the rules, one file per environment: \`policies/<environment>.json\`, by the name that environments.json gives it;
an environment without a file has [default.json](default.json). A file names what it changes and its \`version\`, which grows with every
edit. What is left out has its default, and a name that is no parameter is an error, so that a misspelt limit is not thought to hold.

\`\`\`json
{ "$schema": "./policy.schema.json", "version": 2, "approvalsRequired": 2, "maxRolloutStepPercent": 25 }
\`\`\`

\`parsePolicy\` in [lib/policy.ts](../lib/policy.ts) reads it; \`hoist validate flag.json --policy policies/default.json\` judges by it.
At acceptance the parameters that are not the default are sealed into the envelope, so every region judges by the same ones, also
while another version is being rolled out. A default never changes: whoever wants another one gives the parameter another name.

| parameter | default | meaning |
| --- | --- | --- |
`;

/** `policies/README.md`: where the files are, and all parameters. Written by \`pnpm catalogue\`. */
export const policyMarkdown = (directory: string): string => {
  const descriptions = descriptionsIn(directory);
  const rows = Object.entries(DEFAULT_POLICY).map(
    ([name, value]) => `| \`${name}\` | \`${JSON.stringify(value)}\` | ${descriptionOf(name, descriptions)} |`,
  );
  return `${introduction}${rows.join('\n')}\n`;
};
