import { InvalidInputError } from '@flaghoist/core/errors';
import {
  configuredArguments,
  readCompletePlan,
  readPlan,
  sensitiveInputs,
  stateResources,
  variablesOf,
} from '../lib/plan.ts';
import { planText, resource } from './plan-text.ts';

const configuration = { root_module: {} };

describe.each([
  ['a plan that may have failed', readPlan],
  ['a complete plan', readCompletePlan],
])('reading %s', (_which, read) => {
  it.each([
    ['another major version', planText({ configuration, format_version: '2.0' }), '/format_version: 2.0 is not 1.x'],
    ['something else', '{"planned":true}', '/: it has "planned", and none of format_version'],
    ['a member of another type', planText({ configuration, resource_changes: {} }), '/resource_changes'],
    ['not JSON', 'Error: no', 'not JSON'],
  ])('refuses %s, and says how to make one', (_case, text, message) => {
    const reading = () => read(text, 'the plan of dev');
    expect(reading).toThrow(InvalidInputError);
    expect(reading).toThrow(`the plan of dev is not valid: ${message}`);
    expect(reading).toThrow(expect.objectContaining({ hint: expect.stringContaining('terraform show -json') }));
  });

  it('keeps what it does not know', () => {
    expect(read(planText({ configuration, applyable: true }), 'the plan')['applyable']).toBe(true);
  });
});

describe('a plan that failed half-way', () => {
  const text = planText({ errored: true });

  it('is read, and what it does not say is empty', () => {
    expect(readPlan(text, 'the plan')).toEqual({
      format_version: '1.2',
      terraform_version: '1.11.4',
      errored: true,
      variables: {},
      resource_drift: [],
      resource_changes: [],
      output_changes: {},
      action_invocations: [],
      relevant_attributes: [],
    });
  });

  it('is refused where a complete one is needed', () => {
    const errored = planText({ errored: true, configuration });
    expect(() => readCompletePlan(errored, 'the plan')).toThrow('/errored: this plan failed half-way');
    expect(() => readCompletePlan(planText({}), 'the plan')).toThrow('/configuration');
  });
});

it('adds nothing to a complete plan, because all of its members are compared', () => {
  expect(Object.keys(readCompletePlan(planText({ configuration }), 'the plan')).sort()).toEqual([
    'configuration',
    'format_version',
    'terraform_version',
  ]);
});

it('finds resources of the state in all modules, by their mode', () => {
  const plan = readPlan(
    planText({
      prior_state: {
        values: {
          root_module: {
            resources: [resource('aws_x.a'), resource('data.aws_x.a', 'data')],
            child_modules: [
              {
                resources: [resource('module.m.aws_x.b')],
                child_modules: [{ resources: [{ ...resource('module.m.module.n.aws_x.c'), values: { id: 'c' } }] }],
              },
            ],
          },
        },
      },
    }),
    'the plan',
  );
  expect(stateResources(plan, 'managed').map(({ address, values }) => [address, values])).toEqual([
    ['aws_x.a', {}],
    ['module.m.aws_x.b', {}],
    ['module.m.module.n.aws_x.c', { id: 'c' }],
  ]);
  expect(stateResources(plan, 'data').map(({ address }) => address)).toEqual(['data.aws_x.a']);
  expect(stateResources(readPlan(planText({}), 'the plan'), 'managed')).toEqual([]);
});

it('finds the arguments that the configuration sets, in all modules', () => {
  const called = { resources: [{ address: 'aws_x.b', expressions: { b: {} } }] };
  const root_module = {
    resources: [{ address: 'aws_x.a', expressions: { a: {}, c: {} } }, { address: 'aws_x.none' }],
    module_calls: { m: { module: called } },
  };
  expect(configuredArguments(readPlan(planText({ configuration: { root_module } }), 'the plan'))).toEqual(
    new Map([
      ['aws_x.a', new Set(['a', 'c'])],
      ['aws_x.none', new Set()],
      ['module.m.aws_x.b', new Set(['b'])],
    ]),
  );
});

it('reads inputs, and which of them are declared sensitive', () => {
  expect(variablesOf(readPlan(planText({ variables: { size: { value: 3 }, none: {} } }), 'the plan'))).toEqual({
    size: 3,
    none: undefined,
  });
  expect(sensitiveInputs({ variables: { a: { sensitive: true }, b: { sensitive: false }, c: null } })).toEqual(
    new Set(['a']),
  );
  expect(sensitiveInputs({})).toEqual(new Set());
});
