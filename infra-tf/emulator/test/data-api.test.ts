import { join } from 'node:path';
import { needs } from '@flaghoist/tools/needs';
import { runProgram } from '@flaghoist/tools/run-program';
import { motoPython } from '../lib/moto.ts';

const { it, tool } = needs(motoPython, process.env);

it('takes statements while the endpoint is open, of the right user, grants to roles that exist, and keeps their order', async () => {
  const { stdout, stderr } = await runProgram(
    tool(),
    ['-B', join(__dirname, 'data_api_check.py'), join(__dirname, '..', 'lib', 'moto')],
    { directory: __dirname, variables: process.env },
  );
  expect(stderr).toBe('');
  const closed = 'HttpEndpoint is not enabled for resource';
  expect(JSON.parse(stdout)).toEqual({
    closed: [closed, closed],
    open: [true, false],
    answers: [
      'ERROR: role "clerk" does not exist',
      [],
      'ERROR: role "clerk" already exists',
      [],
      'ERROR: syntax error in CREATE',
      'of-another-user is not the secret of a user of',
    ],
    kept: ['CREATE USER clerk', 'GRANT rds_iam TO clerk'],
  });
});
