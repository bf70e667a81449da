import { hash } from 'node:crypto';
import type { Environment } from '@flaghoist/fleet/environments';
import { regionCode } from '@flaghoist/fleet/region-code';
import type { Workspace } from '@flaghoist/terraform/workspaces';

interface NamedPlan {
  readonly environment: Environment;
  readonly workspace?: Pick<Workspace, 'region'> | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The plan as text: a name may stand anywhere in it. */
  readonly text: string;
}

const HASH_LENGTH = 6;

type Words = readonly (readonly [from: string, to: string])[];

/** Words of a name after the environment's, which it begins with. */
const ownWords = ({ environment: { region, account }, workspace }: NamedPlan): Words => [
  [regionCode(workspace?.region ?? region), '{region}'],
  [hash('sha256', account).slice(0, HASH_LENGTH), '{account}'],
];

const replaced = (text: string, words: Words): string =>
  text
    .split('-')
    .map((word) => words.find(([from]) => from === word)?.[1] ?? word)
    .join('-');

const patternOf = (plan: NamedPlan, name: string): string =>
  replaced(name.slice(plan.environment.name.length), ownWords(plan));

const nameOf = (plan: NamedPlan, pattern: string): string =>
  plan.environment.name +
  replaced(
    pattern,
    ownWords(plan).map(([own, meaning]) => [meaning, own]),
  );

const namesIn = ({ environment, text }: NamedPlan): ReadonlySet<string> =>
  new Set(text.match(new RegExp(`(?<![a-z0-9-])${environment.name}-[a-z0-9-]+[a-z0-9](?![a-z0-9-])`, 'g')) ?? []);

const QUALIFIED = /\btype\s*=\s*"([a-z-]+)",\s*qualifier\s*=\s*"([a-z-]+)"/g;

/** Type and qualifier of everything that sources give to the module naming word for word. */
export const qualifiedIn = (texts: Iterable<readonly string[]>): readonly string[] =>
  [...texts].flatMap((each) =>
    each.flatMap((text) => [...text.matchAll(QUALIFIED)].map(([, type, qualifier]) => `${type}-${qualifier}`)),
  );

const CUT = new RegExp(`^(.+)-([0-9a-f]{${HASH_LENGTH}})-([a-z0-9]{1,8})$`);

/**
 * Names that the module naming cut to a type's limit in one environment and not in another, as environments' names are of
 * different length. A cut name carries the hash of what it would be in full, so its claim can be checked: only a name whose
 * hash and beginning fit is taken for the full one.
 *
 * @param qualified type and qualifier of what the sources name: a name may be cut in every environment
 * @returns for each plan, in their order, the full name of each cut one
 */
export const findFullNames = (
  plans: readonly NamedPlan[],
  qualified: readonly string[] = [],
): readonly ReadonlyMap<string, string>[] => {
  const names = plans.map(namesIn);
  const patterns = new Set(
    plans.flatMap((plan, index) => [
      ...[...(names[index] ?? [])].map((name) => patternOf(plan, name)),
      ...qualified.map((each) => `-${plan.variables['service']}-${each}-${plan.variables['environment_suffix']}`),
    ]),
  );
  return plans.map((plan, index) => {
    const fullByHash = new Map(
      [...patterns].flatMap((pattern): [string, string][] => {
        const full = nameOf(plan, pattern);
        const end = full.lastIndexOf('-');
        return end < 0 ? [] : [[hash('sha256', full.slice(0, end)).slice(0, HASH_LENGTH) + full.slice(end), full]];
      }),
    );
    return new Map(
      [...(names[index] ?? [])].flatMap((name): [string, string][] => {
        const [, beginning = '', digest = '', suffix = ''] = CUT.exec(name) ?? [];
        const full = fullByHash.get(`${digest}-${suffix}`);
        return full?.startsWith(beginning) === true && full !== name ? [[name, full]] : [];
      }),
    );
  });
};
