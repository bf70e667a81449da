import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { sampleOutputs } from '../../stack-outputs/test/samples.ts';

type Outputs = Readonly<Record<string, unknown>>;

const story = join(__dirname, '..', '..', '..', 'infra-tf', 'emulator', 'dist', 'states');

/**
 * What the stack application of an environment said when the emulator's story applied it; where the story has not run here, what
 * was recorded.
 */
export const applicationOutputs = (
  { name, region, replicaRegion, account }: Environment,
  cidrBlock: string,
): Outputs => {
  const file = join(story, `${name}.json`);
  return existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : sampleOutputs('application', { environment: name, region, standby: replicaRegion, account, cidrBlock });
};
