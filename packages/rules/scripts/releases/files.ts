import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeKinds } from '@flaghoist/core/change';
import * as z from 'zod/mini';
import { fromFrozen } from './frozen-json.ts';

const members = z.record(z.string(), z.unknown());

const releasedRuleSchema = z.strictObject({
  since: z.int(),
  phase: z.enum(['change', 'standing']),
  severity: z.enum(['error', 'warning']),
  appliesTo: z.union([z.literal('all'), z.array(z.enum(changeKinds))]),
  /** Its answers: the examples that break it, of this release and of those before it. It lets all others pass. */
  brokenBy: z.array(z.string()),
});
export type ReleasedRule = z.infer<typeof releasedRuleSchema>;

const releaseSchema = z.strictObject({
  version: z.int(),
  rules: z.record(z.string(), releasedRuleSchema),
  /** The envelope in which the examples replace something. */
  base: members,
  /** Those that no earlier release has, or that are different there. */
  examples: z.record(z.string(), members),
});
/** `releases/<version>.json`: the rules of a version, and how they judged their examples. */
export type Release = z.infer<typeof releaseSchema>;

const retiredSchema = z.record(z.string(), z.strictObject({ version: z.int(), reason: z.string() }));
/** `releases/retired.json`: rules that were removed, by id, with the first version without them and the reason. */
export type Retired = z.infer<typeof retiredSchema>;

const SUMS = 'SHA256SUMS';
const releaseFile = /^\d+\.json$/;

const pathOf = (directory: string, file: string): string => join(directory, 'releases', file);
const contentOf = (directory: string, file: string): string => readFileSync(pathOf(directory, file), 'utf8');
const releaseFiles = (directory: string): readonly string[] =>
  readdirSync(join(directory, 'releases')).filter((file) => releaseFile.test(file));

const sumOf = (content: string): string => createHash('sha256').update(content).digest('hex');
const lineOf = (file: string, content: string): string => `${sumOf(content)}  ${file}`;

/** @param directory packages/rules */
export const readRetired = (directory: string): Retired =>
  retiredSchema.parse(JSON.parse(contentOf(directory, 'retired.json')));

/** All releases, the oldest first. */
export const readReleases = (directory: string): readonly Release[] =>
  releaseFiles(directory)
    .map((file) => releaseSchema.parse(fromFrozen(JSON.parse(contentOf(directory, file)))))
    .sort((a, b) => a.version - b.version);

/** What is wrong with the files themselves: a release is never edited and never removed. */
export const fileFaults = (directory: string): readonly string[] => {
  const lines = contentOf(directory, SUMS).split('\n').filter(Boolean);
  const listed = lines.map((line) => line.slice(line.indexOf('  ') + 2));
  const files = releaseFiles(directory);
  return [
    ...listed
      .filter((file) => !files.includes(file))
      .map((file) => `releases/${file} is missing. Restore it: a release is never removed.`),
    ...files
      .filter((file) => !lines.includes(lineOf(file, contentOf(directory, file))))
      .map(
        (file) =>
          `releases/${file} is not what ${SUMS} says was released. Restore it: only "pnpm release" writes releases, and it never changes one.`,
      ),
  ];
};

/** Why this version may not be released: it was, and the file stays as it is. */
export const writtenFaults = (directory: string, version: number): readonly string[] =>
  releaseFiles(directory).includes(`${version}.json`)
    ? [
        `Version ${version} is released, and a release is never written again. The next one begins with a rule that says since: ${version + 1} or changed: { version: ${version + 1} }; then "pnpm catalogue" raises RULES_VERSION.`,
      ]
    : [];

/** The two files that a new release writes, by their paths, with their contents. */
export const newFiles = (directory: string, version: number, content: string): Readonly<Record<string, string>> => {
  const file = `${version}.json`;
  return {
    [pathOf(directory, file)]: content,
    [pathOf(directory, SUMS)]: `${contentOf(directory, SUMS)}${lineOf(file, content)}\n`,
  };
};
