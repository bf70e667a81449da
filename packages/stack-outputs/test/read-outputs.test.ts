import * as z from 'zod/mini';
import { contracts, stackNames } from '../lib/contract.ts';
import { readOutputs, StackOutputsError, stateMissing } from '../lib/read-outputs.ts';
import { sampleOutputs } from './samples.ts';

const place = { stack: 'application', workspace: 'blue', key: 'application/terraform.tfstate' };

const problemOf = (action: () => unknown): StackOutputsError => {
  try {
    action();
  } catch (error) {
    if (error instanceof StackOutputsError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

it.each(stackNames)('names each output of the stack %s that is missing, with the state and what to do', (stack) => {
  const outputs = sampleOutputs(stack, { environment: 'blue', region: 'eu-west-1' });
  for (const name of Object.keys(outputs)) {
    const { [name]: _, ...others } = outputs;
    const nullable = z.safeParse(contracts[stack].open, others).success;
    if (nullable) continue;
    const { message, hint } = problemOf(() => readOutputs(contracts[stack], { ...place, stack }, others));
    expect(message).toBe(
      `stack ${stack}, workspace blue, key application/terraform.tfstate, output ${name}: it is not there`,
    );
    expect(hint).toContain(`Apply the stack ${stack}`);
  }
});

it('names an output of another type, and the place in it', () => {
  const outputs = { ...sampleOutputs('region-foundation', { environment: 'blue', region: 'eu-west-1' }) };
  const cache = { host: 'h', port: '6379', shards: 1, nodes: 1, client_security_group_id: 'sg-1' };
  const { message } = problemOf(() => readOutputs(contracts['region-foundation'], place, { ...outputs, cache }));
  expect(message).toContain('output cache.port: Invalid input: expected number, received string');
});

it('takes an output that Terraform left out because it is null', () => {
  const { image_digest: _, ...outputs } = sampleOutputs('application', { environment: 'blue', region: 'eu-west-1' });
  expect(readOutputs(contracts.application, place, outputs).open.image_digest).toBeNull();
});

it('keeps what is sensitive apart', () => {
  const contract = { open: z.object({ url: z.string() }), sensitive: z.object({ token: z.string() }) };
  expect(readOutputs(contract, place, { url: 'u', token: 't', other: 1 })).toEqual({
    open: { url: 'u' },
    sensitive: { token: 't' },
  });
  expect(problemOf(() => readOutputs(contract, place, { url: 'u' })).message).toContain(
    'output token: it is not there',
  );
});

it('names a state that is not there, and what to apply', () => {
  const { message, hint } = stateMissing(place, 'NoSuchKey');
  expect(message).toBe(
    'the state cannot be read: stack application, workspace blue, key application/terraform.tfstate: NoSuchKey',
  );
  expect(hint).toContain('Apply the stack application in the workspace blue');
});
