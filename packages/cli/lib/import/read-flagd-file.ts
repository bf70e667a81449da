import type { FlagdFile } from '@flaghoist/control-plane/flagd-file/flagd-file';
import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject } from '@flaghoist/core/json';
import type { CommandContext } from '../command.ts';
import { type FlagSet, flagSetsIn } from '../validate/flag-set.ts';
import { STDIN } from '../validate/input/find-files.ts';
import { partsOf } from '../validate/input/parts.ts';
import { bytesOfFile, bytesOfStream } from '../validate/input/read-bytes.ts';
import { textOf } from '../validate/input/text-of.ts';

/** A flagd file that was read, and where its values stand. */
export interface ReadFile {
  readonly content: FlagdFile;
  /** Where a pointer into the content leads, as file:line:column. */
  place(pointer: string): string;
}

const HINT =
  'Name one file of flagd with its member flags, or one FeatureFlag; hoist validate names every fault of a file.';

/**
 * Reads one flagd file, JSON or YAML, or one resource of Kubernetes.
 *
 * @throws UnreadableFileError, InvalidFileError naming line and column, InvalidInputError for what is no flagd file, or several
 */
export const readFlagdFile = async (path: string, stdin: CommandContext['stdin']): Promise<ReadFile> => {
  const name = path === STDIN ? 'standard input' : path;
  const bytes = path === STDIN ? await bytesOfStream(name, stdin()) : await bytesOfFile(path);
  const sets = partsOf(name, textOf(name, bytes)).flatMap((part) => flagSetsIn(part));
  const [set] = sets;
  if (set === undefined)
    throw new InvalidInputError(name, ['it is no flagd file (flags), and no FeatureFlag of Kubernetes'], HINT);
  if (sets.length > 1) throw new InvalidInputError(name, [`it has ${sets.length} sets of flags; expected one`], HINT);
  const place = (pointer: string): string => {
    const { line, column } = set.part.positionOf(set.at + pointer);
    return `${name}:${line}:${column}`;
  };
  const faults = set.findings.filter(({ violation }) => violation.severity === 'error');
  if (faults.length > 0)
    throw new InvalidInputError(
      name,
      faults.map(({ pointer, violation }) => `${place(pointer.slice(set.at.length))} ${violation.message}`),
      HINT,
    );
  return { content: contentOf(set), place };
};

const contentOf = ({ part, at, evaluators, metadata }: FlagSet): FlagdFile => {
  const whole = at
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (value, name) => (isObject(value) || Array.isArray(value) ? (value as Record<string, unknown>)[name] : undefined),
      part.value,
    );
  const { flags, $schema } = (isObject(whole) ? whole : {}) as { flags: FlagdFile['flags']; $schema?: unknown };
  return {
    ...(typeof $schema === 'string' ? { $schema } : {}),
    flags,
    ...(Object.keys(evaluators).length === 0 ? {} : { $evaluators: { ...evaluators } }),
    ...(isObject(metadata) ? { metadata: { ...metadata } } : {}),
  };
};
