import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';
import type { RedisTls } from './start-redis.ts';

/**
 * Makes a key and a certificate for `localhost` and 127.0.0.1 that holds for a day.
 * @param member the folder `packages/tools`
 * @param python one that has the package `cryptography`, as moto's has
 * @param directory where the files are put
 */
export const makeCertificate = async (
  member: string,
  { python, directory }: { readonly python: string; readonly directory: string },
): Promise<RedisTls & { readonly pem: string }> => {
  const script = join(member, 'python', 'self_signed.py');
  const { exitCode, stderr } = await runProgram(python, ['-B', script, directory], { directory, variables: {} });
  if (exitCode !== 0) throw new Error(`${script} ended with ${exitCode}:\n${stderr}`);
  const certificate = join(directory, 'certificate.pem');
  return { certificate, key: join(directory, 'key.pem'), pem: readFileSync(certificate, 'utf8') };
};
