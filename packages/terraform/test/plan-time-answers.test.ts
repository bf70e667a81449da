import { answerPlans, type PlanTimeAnswers } from '../lib/plan-time-answers.ts';

let answers: PlanTimeAnswers;
beforeAll(async () => {
  answers = await answerPlans();
});
afterAll(() => answers.stop());

const ask = async (target: string) => {
  const response = await fetch(String(answers.variables['AWS_ENDPOINT_URL_SFN']), {
    method: 'POST',
    headers: { 'x-amz-target': target },
    body: '{"definition":"{}"}',
  });
  return { status: response.status, body: await response.json() };
};

it('takes every definition of a workflow for valid', async () => {
  expect(await ask('AWSStepFunctions.ValidateStateMachineDefinition')).toEqual({
    status: 200,
    body: { result: 'OK', diagnostics: [] },
  });
});

it('refuses whatever else a plan would ask', async () => {
  expect(await ask('AWSStepFunctions.ListStateMachines')).toMatchObject({ status: 501 });
});
