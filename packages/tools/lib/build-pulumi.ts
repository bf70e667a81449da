import { join } from 'node:path';
import { ToolMissingError } from './errors.ts';
import { builtPulumi, findPulumi, PULUMI_VERSION, type PulumiProgram, pulumiVersion } from './find-pulumi.ts';
import { installOnce } from './install-once.ts';
import { runProgram, type Variables } from './run-program.ts';

const PROGRAM = 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi';
const VERSION_FLAG = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PULUMI_VERSION}`;
/** A line of progress after so many packages. */
const STEP = 100;

const INSTALL_GO = 'Install Go 1.25 or newer (golang.org/dl), or put a pulumi onto the PATH (pulumi.com/docs/install).';

interface BuildOptions {
  readonly variables: Variables;
  readonly print: (line: string) => void;
}

/** `go build -v` names each package that it has begun to compile. */
const counted = (print: BuildOptions['print']): ((text: string) => void) => {
  let lines = 0;
  return (text) => {
    const before = Math.floor(lines / STEP);
    lines += text.split('\n').length - 1;
    if (Math.floor(lines / STEP) > before) print(`  ${Math.floor(lines / STEP) * STEP} packages compiled …`);
  };
};

const MEND_BUILD =
  'See what it said above. It needs Go 1.25 or newer (go version), a module proxy that can be reached (go env GOPROXY), and room in the cache of Go (go env GOCACHE). Or put a pulumi onto the PATH (pulumi.com/docs/install).';

const failed = (problem: string, hint: string, cause?: unknown): ToolMissingError =>
  new ToolMissingError(`Pulumi ${PULUMI_VERSION} could not be built: ${problem}`, hint, cause);

/**
 * Builds Pulumi's command line from the module proxy of Go into the cache, where the machine has none.
 *
 * @param member the folder of this package; go.sum in its pulumi-cli says what the sources must be
 * @throws {ToolMissingError} when there is no Go, or the build fails, with the end of what it said
 */
export const buildPulumi = async (member: string, { variables, print }: BuildOptions): Promise<PulumiProgram> => {
  const target = builtPulumi(member, variables);
  try {
    return findPulumi(member, variables);
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
  }
  print(`Building Pulumi ${PULUMI_VERSION} (once per machine; 8 to 25 minutes) …`);
  const fill = async (directory: string): Promise<void> => {
    const args = [
      'build',
      '-v',
      '-trimpath',
      '-mod=readonly',
      '-o',
      join(directory, 'pulumi'),
      '-ldflags',
      `-s -w ${VERSION_FLAG}`,
      PROGRAM,
    ];
    const run = { directory: join(member, 'pulumi-cli'), variables, onOutput: counted(print) };
    const { exitCode, stderr } = await runProgram('go', args, run).catch((error: unknown) => {
      throw failed(error instanceof Error ? error.message : String(error), INSTALL_GO, error);
    });
    if (exitCode !== 0)
      throw failed(`go build ended with ${exitCode}:\n${stderr.trim().split('\n').slice(-5).join('\n')}`, MEND_BUILD);
  };
  await installOnce(target, fill, () => pulumiVersion(join(target, 'pulumi'), variables) === PULUMI_VERSION);
  return findPulumi(member, variables);
};
