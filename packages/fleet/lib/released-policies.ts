import { digestOf } from '@flaghoist/core/canonical-json';
import type { Fleet } from './files.ts';
import type { Finding } from './invalid-file.ts';

/** Over what the file states, without the schema for editors. Its defaults never change, and new parameters come. */
const digestOfPolicy = (text: string): string => {
  const { $schema: _editors, ...stated } = JSON.parse(text);
  return digestOf(stated);
};

/** `policies/released.json` with all policies there are: from now on none of them may change. */
export const withAllReleased = ({ policies }: Fleet): string => {
  const digests = [...policies].map(([name, { text }]): [string, string] => [name, digestOfPolicy(text)]);
  return `${JSON.stringify(Object.fromEntries(digests), null, 2)}\n`;
};

/** Released policies that are not what they were: an envelope says by which version it was judged, for ever. */
export const changedPolicies = ({ policies, released }: Fleet): readonly Finding[] =>
  Object.entries(released.value).flatMap(([name, digest]) => {
    const policy = policies.get(name);
    if (policy !== undefined && digestOfPolicy(policy.text) === digest) return [];
    const [base, version] = name.split('.v');
    const where = policy === undefined ? released : policy;
    return [
      {
        file: where.file,
        ...where.positionOf(policy === undefined ? [name] : []),
        problem:
          policy === undefined
            ? `the policy ${name} was released, and its file is gone`
            : `this is not the ${name} that was released`,
        remedy: `Restore fleet/policies/${name}.json, and put a change into fleet/policies/${base}.v${Number(version) + 1}.json.`,
      },
    ];
  });
