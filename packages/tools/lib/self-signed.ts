import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';
import type { RedisTls } from './start-redis.ts';

/**
 * Makes a key and a certificate for `localhost` that holds for a day.
 * @param member the folder `packages/tools`
 * @param python one that has the package `cryptography`, as moto's has
 * @param directory where the files are put
 * @param addresses that it is for as well
 */
export const makeCertificate = async (
  member: string,
  {
    python,
    directory,
    addresses = [],
  }: { readonly python: string; readonly directory: string; readonly addresses?: readonly string[] },
): Promise<RedisTls & { readonly pem: string }> => {
  const script = join(member, 'python', 'self_signed.py');
  const args = ['-B', script, directory, ...addresses];
  const { exitCode, stderr } = await runProgram(python, args, { directory, variables: {} });
  if (exitCode !== 0) throw new Error(`${script} ended with ${exitCode}:\n${stderr}`);
  const certificate = join(directory, 'certificate.pem');
  return { certificate, key: join(directory, 'key.pem'), pem: readFileSync(certificate, 'utf8') };
};
