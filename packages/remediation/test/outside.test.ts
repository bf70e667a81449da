import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type Outside, outsideOf, parseOutside } from '../lib/outside.ts';
import { recordedAgain } from '../lib/recorded-again.ts';

type Values = Readonly<Record<string, unknown>>;
interface Instance {
  readonly type?: string;
  readonly key?: string | number;
  readonly module?: string;
  readonly mode?: string;
  readonly version?: number;
  readonly values: Values;
}

const named = ({ type = 'aws_x', module, mode = 'managed' }: Instance) => ({
  ...(module === undefined ? {} : { module }),
  mode,
  type,
  name: 'this',
  provider: 'provider["registry.terraform.io/hashicorp/aws"]',
});

/** What `terraform state pull` prints. */
const stateOf = (instances: readonly Instance[], outputs: Values = {}, serial = 7): string =>
  JSON.stringify({
    version: 4,
    terraform_version: '1.11.4',
    serial,
    lineage: 'one',
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, { value, type: 'string', sensitive: true }]),
    ),
    resources: instances.map((each) => ({
      ...named(each),
      instances: [
        {
          ...(each.key === undefined ? {} : { index_key: each.key }),
          schema_version: each.version ?? 1,
          attributes: each.values,
          private: 'secret of the provider',
        },
      ],
    })),
    check_results: null,
  });

/** What `terraform show -json` says of a plan that has read them so. */
const planOf = (instances: readonly (Instance & { readonly address: string })[], outputs: Values = {}): string =>
  JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    prior_state: {
      values: {
        root_module: {
          resources: instances.filter(({ module }) => module === undefined).map(seenOf),
          child_modules: instances
            .filter(({ module }) => module !== undefined)
            .map((each) => ({ resources: [seenOf(each)] })),
        },
      },
    },
    output_changes: Object.fromEntries(
      Object.entries(outputs).map(([name, change]) => [name, { actions: ['update'], ...(change as object) }]),
    ),
  });

const seenOf = ({ address, mode = 'managed', type = 'aws_x', values }: Instance & { readonly address: string }) => ({
  address,
  mode,
  type,
  values,
});

const again = (text: string, outside: Outside) => {
  const pushed = recordedAgain(text, outside);
  return pushed === undefined ? undefined : JSON.parse(pushed);
};

describe('what was only read', () => {
  const recorded = { ingress: [], name: 'web' };
  const seen = { ingress: ['everybody'], name: 'web' };

  it.each<[string, Partial<Instance>, string]>([
    ['a resource', {}, 'aws_x.this'],
    ['one of several, by its number', { key: 1 }, 'aws_x.this[1]'],
    ['one of several, by its key', { key: 'a"b${c' }, 'aws_x.this["a\\"b$${c"]'],
    ['one of a module', { module: 'module.a["b"]' }, 'module.a["b"].aws_x.this'],
  ])('is recorded as before: %s', (_what, more, address) => {
    const outside = outsideOf(stateOf([{ ...more, values: recorded }]), planOf([{ ...more, address, values: seen }]));
    expect(again(stateOf([{ ...more, values: seen }], {}, 9), outside)).toEqual(
      JSON.parse(stateOf([{ ...more, values: recorded }], {}, 10)),
    );
  });

  it('is left where it was applied since, and where all is recorded so already', () => {
    const outside = outsideOf(stateOf([{ values: recorded }]), planOf([{ address: 'aws_x.this', values: seen }]));
    expect(again(stateOf([{ values: { ...seen, ingress: ['nobody'] } }]), outside)).toBeUndefined();
    expect(again(stateOf([{ values: recorded }]), outside)).toBeUndefined();
    expect(again(stateOf([]), outside)).toBeUndefined();
  });

  it('is recorded as before beside what was mended, in one list of one and in another version of the provider', () => {
    const was = { action: [{ order: 1, type: 'a', tags: { kept: 'x' } }], days: 30 };
    const now = { action: [{ order: 50000, type: 'b', tags: { kept: 'x', more: 'y' } }], days: 1 };
    const outside = outsideOf(stateOf([{ values: was }]), planOf([{ address: 'aws_x.this', values: now }]));
    const mended = { action: [{ ...now.action[0], type: 'a' }], days: 30 };
    expect(again(stateOf([{ values: mended }]), outside).resources[0].instances[0].attributes).toEqual(was);
    expect(again(stateOf([{ values: mended, version: 2 }]), outside)).toBeUndefined();
    expect(again(stateOf([{ values: now, version: 2 }]), outside).resources[0].instances[0]).toMatchObject({
      schema_version: 1,
      attributes: was,
    });
  });

  it('is recorded as before where it was gone, and not made anew', () => {
    const outside = outsideOf(stateOf([{ key: 'a', values: recorded }]), planOf([]));
    const other = { key: 'b', values: recorded };
    const { resources } = again(stateOf([other]), outside);
    expect(resources).toHaveLength(1);
    expect(resources[0].instances.map((each: { index_key: string }) => each.index_key)).toEqual(['b', 'a']);
    expect(again(stateOf([]), outside).resources).toEqual(
      JSON.parse(stateOf([{ key: 'a', values: recorded }])).resources,
    );
    expect(again(stateOf([{ key: 'a', values: { ...recorded, name: 'made anew' } }]), outside)).toBeUndefined();
  });

  it('is recorded in no other state than that of the plan', () => {
    const outside = outsideOf(stateOf([{ values: recorded }]), planOf([{ address: 'aws_x.this', values: seen }]));
    expect(again(stateOf([{ values: seen }]).replace('"one"', '"another"'), outside)).toBeUndefined();
  });

  // As Terraform 1.11 prints the addresses of instances with these keys.
  it.each([
    ['a\u00a0b', '"a\\u00a0b"'],
    ['c\u200bd', '"c\\u200bd"'],
    ['g\bh', '"g\\u0008h"'],
    ['k\u007fl', '"k\\u007fl"'],
    ['x\u{f0000}', '"x\\U000f0000"'],
    ['i\u{1f600}j', '"i\u{1f600}j"'],
    ['o\u0301 p', '"o\u0301 p"'],
    ['q"r\\s\n', '"q\\"r\\\\s\\n"'],
    [`e\${f}%{g`, `"e$\${f}%%{g"`],
  ])('is also of an instance with the key %j', (key, printed) => {
    const plan = planOf([{ address: `aws_x.this[${printed}]`, values: seen }]);
    expect(outsideOf(stateOf([{ key, values: recorded }]), plan).instances).toMatchObject([
      { recorded: { index_key: key }, seen },
    ]);
  });

  it('is no data source', () => {
    const mode = 'data';
    const plan = planOf([{ address: 'data.aws_x.this', mode, values: seen }]);
    expect(outsideOf(stateOf([{ mode, values: recorded }]), plan).instances).toEqual([]);
  });

  it('is also an output, with its type and its mark, but for one that is known after the apply only', () => {
    const outside = outsideOf(
      stateOf([], { old: 'was', gone: 'was', id: 'was' }),
      planOf([], {
        old: { after: 'read', after_unknown: false },
        gone: { after: null },
        new: { after: 'read', after_unknown: false },
        id: { after_unknown: true },
      }),
    );
    expect(again(stateOf([], { old: 'read', new: 'read', id: 'made' }), outside).outputs).toEqual(
      JSON.parse(stateOf([], { old: 'was', gone: 'was', id: 'made' })).outputs,
    );
    expect(again(stateOf([], { old: 'applied', gone: 'was', id: 'made' }), outside)).toBeUndefined();
  });

  it('keeps every number as it was written, also through the file between plan and apply', () => {
    const text = (values: string) => stateOf([{ values: { kept: 'here' } }]).replace('"here"', values);
    const [was, now] = ['[12345678901234567890, 1.0, 1e400]', '[12345678901234567891, 1.0, 1e400]'];
    const plan = planOf([{ address: 'aws_x.this', values: { kept: 'here' } }]).replace('"here"', now);
    const outside = parseOutside(JSON.stringify(outsideOf(text(was), plan)));
    const pushed = recordedAgain(text(now), outside) ?? '';
    expect(pushed.replaceAll(/\s/g, '')).toContain(was.replaceAll(' ', ''));
    const applied = [text('12345678901234567892'), text('12345678901234567893')] as const;
    const single = outsideOf(applied[0], plan.replace(now, '12345678901234567894'));
    expect(recordedAgain(applied[1], single)).toBeUndefined();
  });
});

/** Values of a resource as they were recorded, as somebody has changed some of them, and what of that an apply puts back. */
const history = fc
  .dictionary(fc.string({ minLength: 1 }), fc.tuple(fc.jsonValue(), fc.jsonValue(), fc.boolean()))
  .map((all) => {
    const pick = (choose: (each: readonly [unknown, unknown, boolean]) => unknown) =>
      Object.fromEntries(Object.entries(all).map(([name, each]) => [name, choose(each)]));
    return {
      recorded: pick(([was]) => was),
      seen: pick(([, now]) => now),
      applied: pick(([was, now, back]) => (back ? was : now)),
    };
  });

it('leaves a state as if nothing but the mended had been read, whatever was changed; and once', () => {
  fc.assert(
    fc.property(history, ({ recorded, seen, applied }) => {
      const outside = outsideOf(stateOf([{ values: recorded }]), planOf([{ address: 'aws_x.this', values: seen }]));
      const pushed = recordedAgain(stateOf([{ values: applied }]), outside);
      const left = JSON.parse(pushed ?? stateOf([{ values: applied }])).resources[0].instances[0].attributes;
      expect(isDeepStrictEqual(left, JSON.parse(JSON.stringify(recorded)))).toBe(true);
      if (pushed !== undefined) expect(recordedAgain(pushed, outside)).toBeUndefined();
    }),
  );
});
