import { leafHash, rootFrom, rootOf } from './merkle.ts';
import { type ReadDocument, readDocument } from './read.ts';
import type { Receipt, RowProof, Seal } from './receipt.ts';
import { byPlace, factHashes, placeOf, rowHash, signedBytes, textOf } from './seal.ts';
import { isSigned, type ReceiptKey } from './signer.ts';

/** One thing that is not as it was signed. */
export interface Finding {
  readonly part: 'form' | 'fact' | 'seal' | 'row' | 'leaf' | 'proof' | 'tree' | 'signature' | 'key';
  /** Where in the document, as a path. */
  readonly place: string;
  /** A sentence for people. */
  readonly message: string;
}

export interface Verified {
  readonly document: ReadDocument;
  /** Empty: it is what was signed, by one of the keys of the environment that it names. */
  readonly findings: readonly Finding[];
  /** The key under which it is good. */
  readonly keyId: string | null;
}

/**
 * Holds a receipt, or the proof of a row, to keys. Needs nothing else: no server, no clock.
 *
 * @param document the text as it was read, by who has read it
 * @throws InvalidInputError for what is neither
 */
export const verifyText = (text: string, keys: readonly ReceiptKey[], document = readDocument(text)): Verified => {
  const { stated, computed, findings } =
    document.document === 'flaghoist-receipt' ? compareReceipt(document) : compareProof(document);
  const { environment } = document.facts;
  const own = keys.filter((key) => key.environment === environment);
  const others = keys.filter((key) => key.environment !== environment);
  // One key may be kept for several environments: that it is one of another says nothing before those of its own were tried.
  const signed = signedBy({ stated, computed, signature: document.seal.signature }, [...own, ...others]);
  const form: readonly Finding[] =
    text === textOf(document)
      ? []
      : [{ part: 'form', place: '/', message: 'the text is not the canonical JSON that was written' }];
  const altered = findings(signed.over);
  const foreign = altered.some(({ place }) => place.endsWith('/environment'))
    ? []
    : foreignKey(signed.key, environment);
  return {
    document,
    keyId: foreign.length === 0 ? (signed.key?.id ?? null) : null,
    findings: [...form, ...altered, ...signed.findings, ...foreign],
  };
};

/** Where the environment itself was altered, that is what is said. */
const foreignKey = (key: ReceiptKey | undefined, environment: string): readonly Finding[] =>
  key === undefined || key.environment === environment
    ? []
    : [
        {
          part: 'key',
          place: '/facts/environment',
          message: `it names the environment ${environment}, and the key ${key.id} is one of ${key.environment}`,
        },
      ];

type Unsigned = Omit<Seal, 'signature'>;

/** A document's seal as it stands there, and as what it says comes to. */
interface Comparison {
  readonly stated: Unsigned;
  readonly computed: Unsigned;
  /** @param over which of them the signature is good for */
  readonly findings: (over: Over) => readonly Finding[];
}

type Over = 'stated' | 'computed' | 'neither';

const unsigned = ({ facts, tree, keyId }: Seal): Unsigned => ({ facts, tree, keyId });

const compareReceipt = ({ facts, rows, seal }: Receipt): Comparison => {
  const stated = unsigned(seal);
  const leaves = rows.map(rowHash);
  const tree = { size: rows.length, root: rootOf(leaves) };
  const computed = { ...stated, facts: factHashes(facts), tree };
  const differing = rows.flatMap((row, place) => (row.leaf === leaves[place] ? [] : [row]));
  const sameTree = tree.root === stated.tree.root && tree.size === stated.tree.size;
  return {
    stated,
    computed,
    findings: (over) => [
      ...factFindings(stated, computed, over),
      // Where the tree is what was signed, it is the hash beside a row that was altered, and not the row.
      ...differing.map((row) => rowFinding(placeOf(row), sameTree || over === 'computed' ? 'leaf' : 'row')),
      ...orderFindings(rows),
      ...(sameTree || (differing.length > 0 && over !== 'computed') ? [] : treeFindings(stated, tree, over)),
    ],
  };
};

const orderFindings = (rows: Receipt['rows']): readonly Finding[] =>
  rows.flatMap((row, place) => {
    const before = rows[place - 1];
    return before === undefined || byPlace(before, row) < 0
      ? []
      : [{ part: 'row', place: `/rows/${placeOf(row)}`, message: `${placeOf(row)} stands twice, or out of order` }];
  });

const compareProof = ({ facts, row, proof, seal }: RowProof): Comparison => {
  const stated = unsigned(seal);
  const { size } = stated.tree;
  const own = rowHash(row);
  const root = rootFrom({ leaf: own, size, ...proof });
  const fromLeaf = rootFrom({ leaf: row.leaf, size, ...proof });
  const computed = { ...stated, facts: factHashes(facts), tree: { size, root: root ?? leafHash('no path') } };
  const way: Finding = {
    part: 'proof',
    place: '/proof',
    message: `the path does not lead from ${placeOf(row)} to the root`,
  };
  return {
    stated,
    computed,
    findings: (over) => {
      const facts = factFindings(stated, computed, over);
      if (own !== row.leaf) {
        const isLeaf = root === stated.tree.root || over === 'computed';
        const reached = isLeaf || fromLeaf === stated.tree.root;
        return [...facts, rowFinding(placeOf(row), isLeaf ? 'leaf' : 'row'), ...(reached ? [] : [way])];
      }
      if (root === stated.tree.root) return facts;
      return [...facts, ...(over === 'computed' ? treeFindings(stated, computed.tree, over) : [way])];
    },
  };
};

const rowFinding = (place: string, part: 'row' | 'leaf'): Finding => ({
  part,
  place: `/rows/${place}`,
  message: part === 'row' ? `the row of ${place} was altered` : `the hash beside the row of ${place} was altered`,
});

/** Where the signature is good for what the facts come to, their hashes were altered; otherwise the facts. */
const factFindings = (stated: Unsigned, computed: Unsigned, over: Over): readonly Finding[] =>
  [...new Set([...Object.keys(stated.facts), ...Object.keys(computed.facts)])]
    .filter((name) => stated.facts[name] !== computed.facts[name])
    .map((name) =>
      over === 'computed' || computed.facts[name] === undefined
        ? { part: 'seal', place: `/seal/facts/${name}`, message: `the hash of ${name} was altered, added or removed` }
        : { part: 'fact', place: `/facts/${name}`, message: `${name} was altered` },
    );

const treeFindings = (stated: Unsigned, tree: Unsigned['tree'], over: Over): readonly Finding[] => {
  const names = (['size', 'root'] as const).filter((name) => stated.tree[name] !== tree[name]);
  if (over !== 'computed')
    return [
      { part: 'tree', place: '/rows', message: 'rows were added, removed, or altered with the hashes beside them' },
    ];
  return names.map((name) => ({
    part: 'tree',
    place: `/seal/tree/${name}`,
    message: `the tree's ${name} was altered`,
  }));
};

interface Signed {
  readonly stated: Unsigned;
  readonly computed: Unsigned;
  readonly signature: string;
}

interface SignedBy {
  readonly over: Over;
  /** The one that it names, and under which it is good. */
  readonly key?: ReceiptKey;
  readonly findings: readonly Finding[];
}

const signedBy = ({ stated, computed, signature }: Signed, keys: readonly ReceiptKey[]): SignedBy => {
  const named = keys.find(({ id }) => id === stated.keyId);
  for (const key of named === undefined ? keys : [named, ...keys]) {
    for (const [over, seal] of Object.entries({ stated, computed }) as ['stated' | 'computed', Unsigned][]) {
      if (!isSigned(signedBytes({ ...seal, keyId: key.id }), signature, key)) continue;
      if (key.id === stated.keyId) return { over, key, findings: [] };
      const message = `it names the key ${stated.keyId}, and the signature is of ${key.id}`;
      return { over, findings: [{ part: 'key', place: '/seal/keyId', message }] };
    }
  }
  const finding: Finding =
    named === undefined
      ? { part: 'key', place: '/seal/keyId', message: `the key ${stated.keyId} is none of those it is held to` }
      : {
          part: 'signature',
          place: '/seal/signature',
          message: `the signature is not of the key ${named.id} over what is sealed`,
        };
  return { over: 'neither', findings: [finding] };
};
