import { RULES_VERSION } from '../../lib/version.ts';
import type { Schema, SharedRule } from './schema.ts';

const flagKey = (schema: Schema): Schema => ({ properties: { flagKey: schema } });
const inDocument = (properties: Record<string, Schema>, required?: string[]): Schema => ({
  properties: { document: { properties, ...(required === undefined ? {} : { required }) } },
});
const inMetadata = (properties: Record<string, Schema>): Schema => inDocument({ metadata: { properties } });
const variants = (schema: Schema): Schema => inDocument({ variants: schema });
const inChange = (properties: Record<string, Schema>): Schema => ({ properties: { change: { properties } } });
const inEvidence = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  properties: { evidence: { properties, required } },
});

const word = (...words: string[]): string => `(?:^|[._-])(?:${words.join('|')})(?:[._-]|$)`;
/** Both cases of each letter: JSON Schema's patterns have no flags. */
const anyCase = (text: string): string => text.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
const ofType = (...types: string[]): Schema => ({
  required: ['document'],
  properties: {
    document: {
      type: 'object',
      required: ['metadata'],
      properties: { metadata: { type: 'object', required: ['type'], properties: { type: { enum: types } } } },
    },
  },
});
const ofKind = (...kinds: string[]): Schema => ({ properties: { kind: { enum: kinds } } });
const current = (schema: Schema): Schema => inEvidence({ current: schema }, ['current']);
const wasIn = (...states: string[]): Schema =>
  current({ type: 'object', required: ['flagState'], properties: { flagState: { enum: states } } });
const becomes = (state: string): Schema => ({ properties: { flagState: { const: state } } });
const eachPrerequisite = (properties: Record<string, Schema>): Schema =>
  inEvidence({ prerequisites: { items: { properties } } });
const asksForTicket = (kind: string): Schema => ({
  allOf: [
    ofKind(kind),
    inEvidence(
      {
        policy: {
          type: 'object',
          required: ['ticketRequiredFor'],
          properties: { ticketRequiredFor: { contains: { const: kind } } },
        },
      },
      ['policy'],
    ),
  ],
});

/** What must hold where something else does. */
// biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
const when = (condition: Schema, consequence: Schema): Schema => ({ if: condition, then: consequence });

const yes = ['on', 'true', 'yes', 'enabled', 'enable', 'active', 'allow', 'allowed', 'open'];
const no = ['off', 'false', 'no', 'disabled', 'disable', 'inactive', 'deny', 'denied', 'closed'];
const all = (names: readonly string[], schema: Schema): Record<string, Schema> =>
  Object.fromEntries(names.map((name) => [name, schema]));

const key: Readonly<Record<string, Schema>> = {
  'FH-KEY-01': flagKey({ type: 'string', maxLength: 128, pattern: '^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$' }),
  'FH-KEY-02': flagKey({ not: { pattern: '^(\\d[\\d._-]*([eE]-?\\d+)?|0[xX][0-9a-fA-F]+)$' } }),
  'FH-KEY-03': flagKey({
    not: {
      enum: 'true false null yes no on off y n none nan inf infinity undefined constructor prototype valueof tostring'.split(
        ' ',
      ),
    },
  }),
  'FH-KEY-04': flagKey({ not: { pattern: '^(?:flagd|flaghoist|hoist)(?:[._-]|$)' } }),
  'FH-KEY-06': flagKey({ minLength: 4 }),
  'FH-KEY-07': flagKey({ maxLength: 64 }),
  'FH-KEY-08': flagKey({
    not: { pattern: word(...'not non without disable disabled disallow hide hidden prevent suppress'.split(' ')) },
  }),
  'FH-KEY-10': flagKey({
    not: { pattern: word('prod', 'eu[._-]west[._-]1', 'us[._-]east[._-]1', 'ap[._-]southeast[._-]2') },
  }),
  'FH-KEY-14': inEvidence({ lookalikes: { maxItems: 0 } }),
};

const document: Readonly<Record<string, Schema>> = {
  'FH-DOC-01': {
    anyOf: [
      { properties: { flagState: { const: 'archived' }, document: { type: 'null' } }, required: ['document'] },
      {
        properties: { flagState: { not: { const: 'archived' } }, document: { type: 'object' } },
        required: ['document'],
      },
    ],
  },
  'FH-DOC-02': { properties: { document: { minProperties: 1 } } },
  'FH-DOC-03': inDocument({ state: { enum: ['ENABLED', 'DISABLED'] } }, ['state']),
  'FH-DOC-04': { properties: { document: { propertyNames: { not: { enum: ['flags', '$evaluators', '$schema'] } } } } },
  'FH-DOC-06': inDocument({ metadata: { type: 'object' } }),
  'FH-DOC-07': inDocument({ metadata: { additionalProperties: { type: ['string', 'number', 'boolean'] } } }),
  'FH-DOC-08': inDocument({ metadata: { propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9._-]{0,63}$' } } }),
  'FH-DOC-09': inMetadata({ flagSetId: { type: 'string' }, version: { type: 'string' } }),
  'FH-DOC-11': inDocument({ state: { not: { const: 'DISABLED' } } }),
  'FH-DOC-12': inDocument({
    metadata: { propertyNames: { not: { enum: ['environment', 'region', 'epoch', 'revision', 'flagKey'] } } },
  }),
  'FH-DOC-14': inDocument({ metadata: { additionalProperties: { pattern: '\\S' } } }),
  'FH-VARIANT-01': inDocument({ variants: { type: 'object', minProperties: 1 } }, ['variants']),
  'FH-VARIANT-02': variants({
    anyOf: (['boolean', 'string', 'number', 'object'] as const).map((type) => ({ additionalProperties: { type } })),
  }),
  'FH-VARIANT-04': variants({ minProperties: 2 }),
  'FH-VARIANT-05': variants({ propertyNames: { pattern: '^\\S(?:[\\s\\S]{0,62}\\S)?$' } }),
  'FH-VARIANT-07': variants({
    properties: { ...all(yes, { not: { const: false } }), ...all(no, { not: { const: true } }) },
  }),
  'FH-VARIANT-16': variants({ additionalProperties: { pattern: '^(?:\\S(?:[\\s\\S]*\\S)?)?$' } }),
  'FH-KILL-05': when(
    ofType('kill-switch'),
    variants({
      minProperties: 2,
      maxProperties: 2,
      additionalProperties: { type: 'boolean' },
      not: { anyOf: [{ additionalProperties: { const: true } }, { additionalProperties: { const: false } }] },
    }),
  ),
  'FH-KILL-06': when(ofType('kill-switch'), inDocument({ targeting: { maxProperties: 0 } })),
  'FH-KILL-07': when(ofType('kill-switch'), { properties: { prerequisites: { maxItems: 0 } } }),
  'FH-TARGET-01': inDocument({ targeting: { type: 'object' } }),
  'FH-MONEY-01': inMetadata({
    valueKind: { enum: ['amount', 'fee', 'limit', 'threshold', 'rate', 'currency', 'country', 'time-zone'] },
  }),
};

const life: Readonly<Record<string, Schema>> = {
  'FH-LIFE-01': { properties: { owner: { pattern: '\\S' } } },
  'FH-LIFE-02': { properties: { owner: { pattern: '^\\s*[A-Za-z0-9][A-Za-z0-9._/-]{0,63}\\s*$' } } },
  'FH-LIFE-08': inMetadata({
    type: { enum: ['release', 'experiment', 'ops', 'kill-switch', 'permission', 'config'] },
  }),
  'FH-LIFE-09': when(ofType('release', 'experiment'), inDocument({ metadata: { required: ['expires'] } })),
  'FH-LIFE-10': when(
    ofType('ops', 'kill-switch', 'permission', 'config'),
    inDocument({ metadata: { required: ['reviewBy'] } }),
  ),
  'FH-LIFE-12': inEvidence({ dependents: { maxItems: 0 } }),
  'FH-LIFE-13': {
    anyOf: [wasIn('killed'), inEvidence({ before: { properties: { reach: { maxItems: 1 } } } })],
  },
  'FH-KIND-01': {
    allOf: [
      when(ofKind('created'), { anyOf: [current({ type: 'null' }), wasIn('archived')] }),
      when(ofKind('updated', 'killed', 'archived'), wasIn('live', 'killed')),
      when(ofKind('restored'), wasIn('killed', 'archived')),
    ],
  },
  'FH-KIND-02': {
    allOf: [
      when(ofKind('killed'), becomes('killed')),
      when(ofKind('archived'), becomes('archived')),
      when(ofKind('created', 'restored'), becomes('live')),
      when({ allOf: [ofKind('updated'), wasIn('killed')] }, becomes('killed')),
      when({ allOf: [ofKind('updated'), { not: wasIn('killed') }] }, becomes('live')),
    ],
  },
};

const record: Readonly<Record<string, Schema>> = {
  'FH-LIMIT-09': inChange({ reason: { maxLength: 2_000 } }),
  'FH-REV-03': {
    anyOf: [
      {
        properties: {
          kind: { const: 'rolled-back' },
          change: { required: ['causeId'] },
          previousEnvelopeDigest: { type: 'string' },
        },
        required: ['previousEnvelopeDigest'],
      },
      { properties: { kind: { not: { const: 'rolled-back' } }, change: { not: { required: ['causeId'] } } } },
    ],
  },
  'FH-REV-06': { properties: { regions: { uniqueItems: true } } },
  'FH-REV-08': { properties: { rulesVersion: { const: RULES_VERSION } } },
  'FH-RECORD-01': inChange({ actor: { pattern: '\\S' } }),
  'FH-RECORD-02': inChange({ reason: { pattern: '\\S' } }),
  'FH-RECORD-04': inChange({
    reason: {
      not: {
        pattern: `^\\s*(?:${anyCase('tests?|testing|fix|fixed|wip|tmp|temp|asdf|qwerty|foo|bar|xxx+|todo|tbd|n/?a|none|no|update|change|stuff|misc')}|\\?+|\\.+|-+)[.!]?\\s*$`,
      },
    },
  }),
  'FH-RECORD-05': when(
    { anyOf: ['created', 'updated', 'restored', 'archived'].map(asksForTicket) },
    { properties: { change: { required: ['ticket'], properties: { ticket: { pattern: '\\S' } } } } },
  ),
  'FH-RECORD-06': inChange({
    ticket: { pattern: '^\\s*$|^\\s*(?=.*\\d)[A-Za-z0-9#][A-Za-z0-9#/_-]{0,63}\\s*$' },
  }),
  'FH-RECORD-08': inChange({
    actor: {
      not: {
        pattern: `^\\s*(?:[^@]*/)?(?:${anyCase('root|admin|administrator|anonymous|unknown|nobody')})(?:@|\\s*$)`,
      },
    },
    authentication: { not: { pattern: ':root$' } },
  }),
  'FH-RECORD-09': inChange({ actor: { pattern: '^[\\x21-\\x7e](?:[\\x20-\\x7e]{0,126}[\\x21-\\x7e])?$' } }),
  'FH-AUDIENCE-03': {
    properties: { audience: { items: { not: { pattern: '[*?\\[\\]{},|\\s]' } } } },
  },
  'FH-AUDIENCE-05': inEvidence({ services: { items: { properties: { state: { not: { const: 'draining' } } } } } }),
  'FH-AUDIENCE-10': inMetadata({ dataClass: { enum: ['public', 'internal', 'confidential', 'restricted'] } }),
  'FH-AUDIENCE-12': {
    anyOf: [
      { properties: { audience: { type: 'array' } } },
      inMetadata({ dataClass: { not: { enum: ['confidential', 'restricted'] } } }),
    ],
  },
  'FH-PREREQ-01': { properties: { prerequisites: { maxItems: 10 } } },
  'FH-PREREQ-03': { properties: { prerequisites: { uniqueItems: true } } },
  'FH-PREREQ-04': eachPrerequisite({ flagState: { not: { const: 'killed' } } }),
  'FH-PREREQ-06': eachPrerequisite({ depth: { maximum: 3 } }),
  'FH-PREREQ-08': when(
    inEvidence(
      {
        policy: {
          type: 'object',
          required: ['provenPrerequisitesOnly'],
          properties: { provenPrerequisitesOnly: { const: true } },
        },
      },
      ['policy'],
    ),
    eachPrerequisite({ proven: { const: true } }),
  ),
  'FH-PREREQ-09': eachPrerequisite({ type: { const: 'boolean' } }),
};

/**
 * Rules of the catalogue that JSON Schema can say, with the default policy's parameters. Those that compare one place with
 * another, walk targeting, or count and calculate are not among them.
 */
export const sharedRules: readonly SharedRule[] = Object.entries({ ...key, ...document, ...life, ...record }).map(
  ([id, schema]) => ({ id, schema }),
);
