import type { Environment } from '@flaghoist/fleet/environments';
import { regionCode } from '@flaghoist/fleet/region-code';
import type { Draft } from './draft.ts';

const stacks = 'infra-tf/lib/stacks';
const ENDINGS = ['tfvars', 's3.tfbackend', 'drift.tfbackend'] as const;

/** The files of a new environment in every stack that has environments, like those of the one before. */
export const copyEnvironment = (draft: Draft, upstream: Environment, entry: Environment): void => {
  const folders = draft
    .namesIn(stacks)
    .map((stack) => `${stacks}/${stack}/environments`)
    .filter((folder) => draft.has(`${folder}/${upstream.name}.tfvars`));
  let free = 1 + Math.max(...folders.flatMap((folder) => rangesIn(draft, folder)));
  const nextRange = (): string => `10.${free++}.0.0/16`;
  for (const folder of folders) {
    // Not each environment has a role that looks for drift.
    for (const ending of ENDINGS.filter((each) => draft.has(`${folder}/${upstream.name}.${each}`))) {
      const text = draft.read(`${folder}/${upstream.name}.${ending}`);
      draft.create(`${folder}/${entry.name}.${ending}`, copied(text, { upstream, entry, nextRange }));
    }
  }
};

/** The second number of each range that the environments of a stack have. */
const rangesIn = (draft: Draft, folder: string): readonly number[] =>
  draft
    .namesIn(folder)
    .filter((file) => file.endsWith('.tfvars'))
    .flatMap((file) => [...draft.read(`${folder}/${file}`).matchAll(/"10\.(\d+)\.0\.0\/16"/g)])
    .map(([, number]) => Number(number));

interface Copy {
  readonly upstream: Environment;
  readonly entry: Environment;
  readonly nextRange: () => string;
}

const copied = (text: string, { upstream, entry: { name, account, region, replicaRegion }, nextRange }: Copy): string =>
  text
    .replaceAll(upstream.account, account)
    .replace(/^(environment *= )".*"$/m, `$1"${name}"`)
    .replace(/^(policy *= )".*"$/m, `$1"${name}.v1"`)
    .replace(/^(vpc_cidr_block *= )".*"$/m, (_line, start: string) => `${start}"${nextRange()}"`)
    .replace(/^cidr_blocks = \{\n[^}]*\}$/m, () => rangesOf([region, replicaRegion], nextRange))
    // A stack names that role after the environment and the region, and refuses another one.
    .replace(
      new RegExp(`:role/${upstream.name}-(.+)-${regionCode(upstream.region)}-`),
      `:role/${name}-$1-${regionCode(region)}-`,
    );

/** One range for each region, aligned as Terraform writes it. */
const rangesOf = (regions: readonly string[], nextRange: () => string): string => {
  const width = Math.max(...regions.map((region) => region.length));
  return ['cidr_blocks = {', ...regions.map((region) => `  ${region.padEnd(width)} = "${nextRange()}"`), '}'].join(
    '\n',
  );
};
