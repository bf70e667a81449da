import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { directoryFileSchema } from '../lib/directory.ts';
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

/** `policies/people.schema.json`: what editors check the directory against. */
export const peopleSchemaJson = (): string =>
  `${JSON.stringify(z.toJSONSchema(directoryFileSchema, { io: 'input' }), null, 2)}\n`;

const policyFile = /^(?<name>[a-z0-9-]+\.v(?<version>[1-9]\d*))\.json$/;

/**
 * `policies/policies.json`: all policy files by their names, for the functions, which carry them in their bundles.
 *
 * @param directory packages/rules
 * @throws TypeError for a file whose version is not the one in its name
 */
export const policiesJson = (directory: string): string => {
  const folder = join(directory, 'policies');
  const policies: Record<string, unknown> = {};
  for (const file of readdirSync(folder).sort()) {
    const { name, version } = policyFile.exec(file)?.groups ?? {};
    if (name === undefined) continue;
    const { $schema: _editors, ...policy } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (String(policy.version) !== version) throw new TypeError(`${file} says that it is version ${policy.version}.`);
    policies[name] = policy;
  }
  return `${JSON.stringify(policies, null, 2)}\n`;
};

const introduction = `# Policy files

The parameters of the rules: one file per policy and version, \`<name>.v<version>.json\`. A function judges by the one that its
variable \`POLICY\` names, such as \`default.v1\`; Terraform sets it per environment. A file that an environment has judged by is
never edited: its next version is a new file, so environments move to it one after the other, with the same function.

A file states what it changes and its \`version\`. What is left out has its default, and a name that is no parameter is an error,
so that a misspelt limit is not thought to hold. After an edit \`pnpm catalogue\` in packages/rules writes [policies.json](policies.json),
which the functions carry.

\`\`\`json
{ "$schema": "./policy.schema.json", "version": 2, "approvalsRequired": 2, "maxRolloutStepPercent": 25 }
\`\`\`

\`hoist validate flag.json --policy packages/rules/policies/default.v1.json\` judges by a file. At acceptance the parameters that
are not the default are sealed into the envelope, so every region judges by the same ones, also while another version is being
rolled out; of the freezes only those, and of their exceptions only the one, that concern the change. A default never changes:
whoever wants another one gives the parameter another name.

[people.json](people.json) is the directory for the rules about approvals: who is in which teams, with which roles, whether
human and still with the company (both unless the file says otherwise). Who is not in it has no team and no role.

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
