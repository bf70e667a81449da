import { InvalidFileError, type Position } from '@flaghoist/fleet/invalid-file';
import { type AnyNode, parse } from '@humanwhocodes/momoa';

const HINT = 'Correct the file at the named place.';

/** A value of the file, by the offsets of its text. */
interface Region {
  readonly from: number;
  to: number;
}

/** Values at most this far below the root are found without another look at the text: the flags of a file. */
const OUTLINED = 2;

/**
 * Where the values of a JSON text stand. The text is walked once, and no tree of it is kept: a file of 60,000 flags would
 * take gigabytes. What is inside a flag is looked up in the flag's own text, when a finding is there.
 */
export class JsonOutline {
  readonly #text: string;
  readonly #regions: ReadonlyMap<string, Region>;
  readonly #lines: readonly number[];
  #last: { readonly region: Region; readonly tree: AnyNode | null } | undefined;

  /**
   * @param text JSON without a fault but names that are there twice
   * @throws InvalidFileError for those: readers differ in which of the two they take
   */
  constructor(file: string, text: string) {
    this.#text = text;
    this.#lines = lineStarts(text);
    this.#regions = outline(file, text, (offset) => this.#at(offset));
  }

  /** Where a value begins, or what of the way to it exists. */
  positionOf(path: readonly string[]): Position {
    for (let depth = Math.min(path.length, OUTLINED); depth >= 0; depth -= 1) {
      const region = this.#regions.get(keyOf(path.slice(0, depth)));
      if (region !== undefined) return this.#at(region.from + this.#inside(region, path.slice(depth)));
    }
    return { line: 1, column: 1 };
  }

  #inside(region: Region, path: readonly string[]): number {
    if (path.length === 0) return 0;
    // Findings come flag by flag.
    if (this.#last?.region !== region) {
      this.#last = {
        region,
        tree: treeOf(this.#text.slice(region.from, region.to)),
      };
    }
    const { tree } = this.#last;
    if (tree === null) return 0;
    for (let length = path.length; length > 0; length -= 1) {
      const node = nodeAt(tree, path.slice(0, length));
      if (node !== undefined) return node.range?.[0] ?? 0;
    }
    return 0;
  }

  #at(offset: number): Position {
    let [low, high] = [0, this.#lines.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 };
  }
}

const keyOf = (path: readonly string[]): string => JSON.stringify(path.map((part) => part.toWellFormed()));

const lineStarts = (text: string): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
};

/** `null` for what nests deeper than the parser can go: then its beginning is the place of all that is in it. */
const treeOf = (text: string): AnyNode | null => {
  try {
    return parse(text, { mode: 'json', ranges: true }).body;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};

const nodeAt = (tree: AnyNode, path: readonly string[]): AnyNode | undefined => {
  let node: AnyNode | undefined = tree;
  for (const part of path) {
    if (node?.type === 'Array') node = node.elements[Number(part)]?.value;
    // Who asks may name places in well-formed Unicode only.
    else if (node?.type === 'Object')
      node = node.members.find(({ name }) => nameOf(name).toWellFormed() === part)?.value;
    else return undefined;
  }
  return node;
};

const nameOf = (node: AnyNode): string => (node.type === 'String' ? node.value : '');

/** An object or a list that is not closed yet. */
interface Open {
  readonly region: Region | undefined;
  /** Where each name was met first; `null` for a list. */
  readonly names: Map<string, number> | null;
  /** Of the next member of a list. */
  index: number;
  /** The part of the path that leads to the member that is read. */
  part: string;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OBJECT, OBJECT_END, LIST, LIST_END] = [0x7b, 0x7d, 0x5b, 0x5d];

/** One look at each character of a text that the engine's own parser has read without a fault. */
const outline = (file: string, text: string, at: (offset: number) => Position): ReadonlyMap<string, Region> => {
  const regions = new Map<string, Region>();
  const doubles: { file: string; problem: string; remedy: string; line: number; column: number }[] = [];
  const open: Open[] = [];
  let named = false;

  const begin = (from: number): Region | undefined => {
    const parent = open.at(-1);
    if (parent?.names === null) parent.part = String(parent.index);
    if (open.length > OUTLINED) return undefined;
    const region = { from, to: text.length };
    regions.set(keyOf(open.map(({ part }) => part)), region);
    return region;
  };
  const name = (parent: Open, from: number, to: number): void => {
    const raw = text.slice(from + 1, to - 1);
    parent.part = raw.includes('\\') ? (JSON.parse(text.slice(from, to)) as string) : raw;
    const first = parent.names?.get(parent.part);
    if (first === undefined) parent.names?.set(parent.part, from);
    else {
      const problem = `the name ${JSON.stringify(parent.part)} is there twice, first at line ${at(first).line}`;
      doubles.push({ file, ...at(from), problem, remedy: 'Keep one of the two.' });
    }
  };

  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code <= 0x20 || code === COLON) continue;
    const parent = open.at(-1);
    if (code === COMMA) {
      named = false;
      if (parent !== undefined) parent.index += 1;
    } else if (code === OBJECT || code === LIST) {
      open.push({ region: begin(offset), names: code === OBJECT ? new Map() : null, index: 0, part: '' });
      named = false;
    } else if (code === OBJECT_END || code === LIST_END) {
      const closed = open.pop();
      if (closed?.region !== undefined) closed.region.to = offset + 1;
    } else {
      const to = code === QUOTE ? endOfText(text, offset) : endOfLiteral(text, offset);
      if (parent?.names !== undefined && parent.names !== null && !named) {
        name(parent, offset, to);
        named = true;
      } else {
        const region = begin(offset);
        if (region !== undefined) region.to = to;
      }
      offset = to - 1;
    }
  }
  if (doubles.length > 0) throw new InvalidFileError(doubles, HINT);
  return regions;
};

const endOfText = (text: string, from: number): number => {
  for (let end = text.indexOf('"', from + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
};

const endOfLiteral = (text: string, from: number): number => {
  let end = from;
  while (end < text.length && !/[\s,\]}]/.test(text.charAt(end))) end += 1;
  return end;
};
