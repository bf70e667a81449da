import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PROBE } from '@flaghoist/terraform/sources/modules';
import fc from 'fast-check';
import { findDigests } from '../lib/model/digests.ts';
import { planned, unexpected } from './support.ts';

type Values = Readonly<Record<string, unknown>>;

interface Planting {
  /** Attributes of one resource that all environments have. */
  readonly values: (name: string) => Values;
  /** Values of the sources' expressions, that a plan was asked for. */
  readonly asked?: (name: string) => Values;
  readonly sensitive?: Values;
}

/** What differs where each environment has this one resource more. */
const found = ({ values, asked = () => ({}), sensitive = {} }: Planting): Promise<readonly string[]> =>
  unexpected(
    planned().map((each) => {
      const { name } = each.environment;
      const plan = JSON.parse(each.planText);
      const change = (address: string, after: Values, marks: Values = {}) => ({
        address,
        mode: 'managed',
        type: 'terraform_data',
        name: 'planted',
        change: { actions: ['create'], after, after_unknown: {}, after_sensitive: marks },
      });
      plan.resource_changes.push(
        change('terraform_data.planted', values(name)),
        change(`terraform_data.${PROBE}`, { input: asked(name) }, { input: sensitive }),
      );
      return { ...each, planText: JSON.stringify(plan) };
    }),
  );

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const gzip = (text: string): string => gzipSync(text).toString('base64');
const at = 'terraform_data.planted.input';

/** A text of prod alone. */
const onlyInProd = (name: string, text: string, otherwise = ''): string => (name === 'prod' ? text : otherwise);

describe('a text in base64', () => {
  const script = (name: string, more = ''): string => `#!/bin/sh\nexport STAGE=${name}\nexec serve${more}\n`;

  it.each<[string, (text: string) => string]>([
    ['as it is', base64],
    ['packed', gzip],
  ])('%s is the same where it says the same but for what an environment is', async (_how, encode) => {
    expect(await found({ values: (name) => ({ input: encode(script(name)) }) })).toEqual([]);
  });

  it.each<[string, (text: string) => string, string]>([
    ['as it is', base64, 'base64'],
    ['packed', gzip, 'base64gzip'],
  ])('%s is compared line by line', async (_how, encode, by) => {
    const input = (name: string): string => encode(script(name, onlyInProd(name, ' --debug')));
    expect(await found({ values: (name) => ({ input: input(name) }) })).toEqual([
      `${at}.#${by}[*] [2]: "exec serve" | "exec serve" | "exec serve --debug"`,
    ]);
  });

  it('is read from sixteen characters on: shorter ones are words', async () => {
    expect(await found({ values: (name) => ({ input: base64(`start in ${name}`) }) })).toEqual([]);
    expect(await found({ values: (name) => ({ input: base64(`in ${name}`) }) })).toHaveLength(1);
  });

  it('is compared by its content where it is JSON', async () => {
    const input = (name: string): string => base64(JSON.stringify({ stage: name, debug: name === 'prod' }));
    expect(await found({ values: (name) => ({ input: input(name) }) })).toEqual([
      `${at}.#base64.debug: false | false | true`,
    ]);
  });

  it('has a line more, or lines in another order', async () => {
    const more = (name: string): string => base64(`${onlyInProd(name, 'set -x\n')}${script(name)}`);
    expect(await found({ values: (name) => ({ input: more(name) }) })).toEqual([
      `${at}.#base64.#count: 4 | 4 | 5`,
      `${at}.#base64[*] [4]: - | - | "set -x"`,
    ]);
    const moved = (name: string): string => base64(`${onlyInProd(name, 'two\none\n', 'one\ntwo\n')}${script(name)}`);
    expect(await found({ values: (name) => ({ input: moved(name) }) })).toHaveLength(2);
  });

  it.each([
    ['which is no text', Buffer.from([0xff, 0xfe, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])],
    ['which only begins as a packed one', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8])],
    ['which is packed and no text', gzipSync(Buffer.from([0xff, 0xfe, 0, 1]))],
  ])('%s must be the same letter by letter', async (_what, bytes) => {
    const input = (name: string): string =>
      Buffer.concat([bytes, Buffer.from(onlyInProd(name, 'xyz', 'abc'))]).toString('base64');
    expect(await found({ values: () => ({ input: bytes.toString('base64') }) })).toEqual([]);
    expect(await found({ values: (name) => ({ input: input(name) }) })).toHaveLength(1);
  });

  it('is not the text itself', async () => {
    const input = (name: string): string => (name === 'prod' ? script(name) : base64(script(name)));
    expect(await found({ values: (name) => ({ input: input(name) }) })).toHaveLength(1);
  });
});

describe('a digest', () => {
  const document = (name: string, more: Values = {}): string =>
    JSON.stringify({ name: `${name}-api`, paths: ['/a'], ...more });
  const sha1 = (text: string): string => hash('sha1', text);

  it.each<[string, (text: string) => string]>([
    ['md5', (text) => hash('md5', text)],
    ['sha1', sha1],
    ['sha256', (text) => hash('sha256', text)],
    ['sha512', (text) => hash('sha512', text)],
    ['base64sha256', (text) => hash('sha256', text, 'base64')],
    ['base64sha512', (text) => hash('sha512', text, 'base64')],
  ])('%s of what is the same but for what an environment is, is the same', async (by, digest) => {
    expect(
      await found({
        values: (name) => ({ input: { redeployment: digest(document(name)) } }),
        asked: (name) => ({ a: document(name) }),
      }),
    ).toEqual([]);
    expect(
      await found({
        values: (name) => ({ input: { redeployment: digest(document(name, { debug: name === 'prod' })) } }),
        asked: (name) => ({ a: document(name, { debug: name === 'prod' }) }),
      }),
    ).toEqual([`${at}.redeployment.#${by}.debug: false | false | true`]);
  });

  it('of what has nothing of an environment must be the same letter by letter', async () => {
    const text = (name: string): string =>
      onlyInProd(name, '{"paths":["/a"],"debug":true}', '{"debug":true,"paths":["/a"]}');
    const asked = (name: string) => ({ a: text(name) });
    expect(await found({ values: (name) => ({ input: sha1(text(name)) }), asked })).toHaveLength(1);
  });

  it('is another one where nothing says what it is of', async () => {
    expect(await found({ values: (name) => ({ input: sha1(document(name)) }) })).toHaveLength(1);
    const asked = (name: string) => ({ a: onlyInProd(name, document(name, { more: 1 }), document(name)) });
    expect(await found({ values: (name) => ({ input: sha1(document(name)) }), asked })).toHaveLength(1);
  });

  it('is another one by another function', async () => {
    const input = (name: string): string => hash(name === 'prod' ? 'sha256' : 'sha1', document(name));
    expect(
      await found({ values: (name) => ({ input: input(name) }), asked: (name) => ({ a: document(name) }) }),
    ).toHaveLength(1);
  });

  it('stays what it is where all environments have it', async () => {
    // One of them knows a text of which it is the digest; the others have the digest.
    const asked = (name: string) => ({ a: onlyInProd(name, 'x-prod-y') });
    expect(await found({ values: () => ({ input: sha1('x-prod-y') }), asked })).toEqual([]);
  });

  it('may be a part of a longer text, and of what another one is of', async () => {
    const text = (name: string, debug: boolean): Values => ({
      key: `functions/${sha1(document(name, { debug }))}.zip`,
      nested: hash('sha256', JSON.stringify({ inner: sha1(document(name, { debug })), name })),
    });
    const asked = (name: string, debug: boolean): Values => ({
      a: document(name, { debug }),
      b: JSON.stringify({ inner: sha1(document(name, { debug })), name }),
    });
    expect(await found({ values: (name) => text(name, true), asked: (name) => asked(name, true) })).toEqual([]);
    const lines = await found({
      values: (name) => text(name, name === 'prod'),
      asked: (name) => asked(name, name === 'prod'),
    });
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'terraform_data.planted.key',
      'terraform_data.planted.nested.#sha256.inner.#sha1.debug',
    ]);
  });

  it('is compared line by line, and shows no secret', async () => {
    const text = (name: string): string => `stage=${name}\npassword=${onlyInProd(name, 'hunter-22', 'hunter-11')}\n`;
    const asked = (name: string) => ({ a: text(name) });
    const values = (name: string) => ({ input: sha1(text(name)) });
    expect(await found({ values, asked })).toEqual([
      `${at}.#sha1[*] [1]: "password=hunter-11" | "password=hunter-11" | "password=hunter-22"`,
    ]);
    const hidden = await found({ values, asked, sensitive: { a: true } });
    expect(hidden).toHaveLength(1);
    expect(hidden.join()).not.toContain('hunter');
  });

  it('follows its text: alike where the texts are, and else not', async () => {
    const part = fc.constantFrom('E', 'x', '\n', ' ', '{', '"', '1');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 12 }), fc.boolean(), async (parts, differs) => {
        const text = (name: string): string =>
          `stage-${name}-${parts.map((each) => (each === 'E' ? `-${name}-` : each)).join('')}${differs ? onlyInProd(name, '!') : ''}`;
        const lines = await found({
          values: (name) => ({ input: sha1(text(name)) }),
          asked: (name) => ({ a: text(name) }),
        });
        expect(lines.length).toBe(differs ? 1 : 0);
      }),
      { numRuns: 15 },
    );
  });
});

it('knows the digest of a file that a text names', () => {
  const file = (name: string): string => `stage: ${name}`;
  const said = (name: string) => ({
    resources: [],
    inputs: { path: `./config/${name}.yaml`, hash: hash('md5', file(name)) },
    secretInputs: new Set<string>(),
  });
  const fileAt = (path: string): string | undefined => /^\.\/config\/(.*)\.yaml$/.exec(path)?.slice(1).map(file)[0];
  expect(findDigests([said('dev'), said('prod')], fileAt).map((each) => [...each.values()])).toEqual([
    [{ by: 'md5', text: 'stage: dev', isSecret: false }],
    [{ by: 'md5', text: 'stage: prod', isSecret: false }],
  ]);
});

it.each([
  ['whose text is sensitive elsewhere', { key: true }],
  ['whose path is sensitive', { path: true }],
])('hides what a digest is of where it is that of a file %s', (_what, marks) => {
  const file = (name: string): string => `key of ${name}`;
  const said = (name: string) => ({
    resources: [],
    changes: [
      {
        address: 'terraform_data.planted',
        mode: 'managed',
        type: 'terraform_data',
        name: 'planted',
        change: {
          actions: ['create'],
          before: null,
          after: { key: file(name), path: `./keys/${name}.pem`, hash: hash('md5', file(name)) },
          after_sensitive: marks,
        },
      },
    ],
    inputs: {},
    secretInputs: new Set<string>(),
  });
  const fileAt = (path: string): string | undefined => /^\.\/keys\/(.*)\.pem$/.exec(path)?.slice(1).map(file)[0];
  const found = findDigests([said('dev'), said('prod')], fileAt);
  expect(found.map((each) => [...each.values()].map(({ isSecret }) => isSecret))).toEqual([[true], [true]]);
});
