import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callerOf } from '../lib/caller.ts';

const refusal = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>`;

it('says in the words of AWS why it does not know who calls, and what to do', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'text/xml' });
    response.end(refusal);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const variables = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  try {
    await expect(callerOf(variables, 'eu-west-1')).rejects.toMatchObject({
      code: 'FH_UNAVAILABLE',
      hint: expect.stringMatching(/ExpiredToken: The security token .* is expired.*AWS_PROFILE/s),
    });
  } finally {
    server.close();
  }
});
