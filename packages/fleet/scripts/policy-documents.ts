import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { descriptionsIn } from './descriptions.ts';
import { policySources } from './schema-documents.ts';

const policyFile = /^(?<name>[a-z0-9-]+\.v[1-9]\d*)\.json$/;

/**
 * `policies/policies.json`: all policy files by their names, for the functions, which carry them in their bundles.
 *
 * @param folder `fleet/`
 */
export const policiesJson = (folder: string): string => {
  const policies: Record<string, unknown> = {};
  for (const file of readdirSync(join(folder, 'policies')).sort()) {
    const { name } = policyFile.exec(file)?.groups ?? {};
    if (name === undefined) continue;
    const { $schema: _editors, ...policy } = JSON.parse(readFileSync(join(folder, 'policies', file), 'utf8'));
    policies[name] = policy;
  }
  return `${JSON.stringify(policies, null, 2)}\n`;
};

const introduction = `# Policy files

The parameters of the rules: one file per policy and version, \`<name>.v<version>.json\`. The function \`validator.accept\` judges by
the one that its variable \`POLICY\` names, such as \`default.v1\`; the Terraform that will set it per environment does not exist
yet. A policy version that was used is never edited ([released.json](released.json) has its digest): its next version is a new
file, so environments move to it one after the other, with the same function.

A file states what it changes and its \`version\`. What is left out has its default, and a name that is not a parameter is an
error, so a misspelt limit does not pass for one that holds. After an edit \`pnpm fleet\` writes [policies.json](policies.json),
which the functions carry.

\`\`\`json
{ "$schema": "../schemas/policy.schema.json", "version": 2, "approvalsRequired": 2, "maxRolloutStepPercent": 25 }
\`\`\`

\`hoist validate flag.json --policy fleet/policies/default.v1.json\` judges by a file. At acceptance the parameters that are not the
default are sealed into the envelope, so every region judges by the same ones, also while another version is being rolled out;
of the freezes only those, and of their exceptions only the one, that concern the change. A default never changes: whoever
wants another one gives the parameter another name.

| parameter | default | meaning |
| --- | --- | --- |
`;

/** @throws TypeError for a parameter without a comment */
const descriptionOf = (name: string, descriptions: ReadonlyMap<string, string>): string => {
  const description = descriptions.get(name);
  if (!description) throw new TypeError(`The parameter ${name} needs a comment that says what it sets.`);
  return description;
};

/** `policies/README.md`: where the files are, and all parameters. */
export const policyMarkdown = (packages: string): string => {
  const descriptions = descriptionsIn(packages, policySources);
  const rows = Object.entries(DEFAULT_POLICY).map(
    ([name, value]) => `| \`${name}\` | \`${JSON.stringify(value)}\` | ${descriptionOf(name, descriptions)} |`,
  );
  return `${introduction}${rows.join('\n')}\n`;
};
