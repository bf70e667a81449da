import type { Fleet } from './files.ts';
import type { Finding } from './invalid-file.ts';

type Around = Pick<Fleet, 'remediation' | 'environments' | 'people'>;

/** Names in `remediation.json` of no environment that there is, and workloads under whose role somebody has written. */
export const strayRemediation = (around: Around): readonly Finding[] => [...policiesOf(around), ...workloadsOf(around)];

/** What is said of a misspelt environment would hold nowhere, and the default in its place. */
const policiesOf = ({ remediation, environments }: Around): readonly Finding[] => {
  const known = environments.value.environments.map(({ name }) => name);
  return Object.keys(remediation.value.environments ?? {}).flatMap((name) =>
    known.includes(name)
      ? []
      : [
          {
            file: remediation.file,
            ...remediation.positionOf(['environments', name]),
            problem: `${environments.file} has no environment ${JSON.stringify(name)}`,
            remedy: `Name one of: ${known.join(', ')}.`,
          },
        ],
  );
};

const workloadsOf = ({ remediation, people }: Around): readonly Finding[] =>
  Object.entries(remediation.value.workloads ?? {}).flatMap(([name, role]) => {
    const { people: listed, submitters } = people.value;
    const owner = [...listed.map(({ actor, principals }) => ({ name: actor, principals })), ...submitters].find(
      ({ principals }) => principals.some((each) => each.role === role),
    );
    if (owner === undefined) return [];
    return [
      {
        file: remediation.file,
        ...remediation.positionOf(['workloads', name]),
        problem: `the role ${role} is one that ${owner.name} of ${people.file} has taken on`,
        remedy: 'Name a role that a service alone may take on.',
      },
    ];
  });
