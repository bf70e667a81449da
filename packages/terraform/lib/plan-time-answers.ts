import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** In the JSON protocol of AWS, what a request asks for. */
const TARGET = 'x-amz-target';
const VALIDATE = 'AWSStepFunctions.ValidateStateMachineDefinition';

export interface PlanTimeAnswers {
  /** Where the provider finds its AWS: `AWS_ENDPOINT_URL_…` of what it asks. */
  readonly variables: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * Stands in, on loopback, for the one call that the AWS provider makes while it plans a first deployment: it has Step Functions
 * validate the definition of a workflow, where that is known. Every definition is taken for valid, since what they are is shown
 * by the tests that run them; any other call is refused.
 */
export const answerPlans = async (): Promise<PlanTimeAnswers> => {
  const server = createServer((request, response) => {
    request.resume();
    const isKnown = request.headers[TARGET] === VALIDATE;
    response.writeHead(isKnown ? 200 : 501, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(isKnown ? '{"result":"OK","diagnostics":[]}' : '{"__type":"NotImplemented"}');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    variables: { AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${port}` },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
