import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { ToolMissingError } from './errors.ts';
import { fetchedTerraform, fetchedTerraformWorks, findTerraform } from './find-terraform.ts';
import { installOnce } from './install-once.ts';
import type { Variables } from './run-program.ts';
import { INSTALL_TERRAFORM, terraformRelease } from './terraform-release.ts';

export interface Release {
  readonly server: string;
  /** By `<system>_<processor>`, as the release's file names have them. */
  readonly sums: Readonly<Record<string, string>>;
}

const platform = (): string => `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

const download = async (url: string): Promise<Uint8Array> => {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    // fetch says "fetch failed", and why in its cause.
    const reason = cause instanceof Error ? (cause.cause ?? cause) : cause;
    throw new ToolMissingError(`Terraform could not be fetched from ${url}: ${reason}`, INSTALL_TERRAFORM, cause);
  }
};

const isThere = (variables: Variables): boolean => {
  try {
    return findTerraform(variables) !== undefined;
  } catch {
    return false;
  }
};

/**
 * Fetches the pinned Terraform into the cache where the machine has none of its own.
 * @param release where from, and the sums that the zip files must have
 * @throws {ToolMissingError} when there is no release for this machine, when the server cannot be reached, and when the file is another
 */
export const installTerraform = async (
  { variables, print }: { readonly variables: Variables; readonly print: (line: string) => void },
  { server, sums }: Release = terraformRelease,
): Promise<void> => {
  // The one that is named is wanted, and no other.
  if (variables['FLAGHOIST_TERRAFORM'] !== undefined || isThere(variables)) return;
  const { version } = terraformRelease;
  const wanted = sums[platform()];
  if (wanted === undefined) {
    throw new ToolMissingError(`Terraform ${version} has no known sum for ${platform()}`, INSTALL_TERRAFORM);
  }
  const url = `${server}/${version}/terraform_${version}_${platform()}.zip`;
  print(`Fetching Terraform ${version} (once per machine and version) …`);
  const fill = async (directory: string): Promise<void> => {
    const zip = await download(url);
    const found = createHash('sha256').update(zip).digest('hex');
    if (found !== wanted) {
      throw new ToolMissingError(
        `${url} has the SHA-256 ${found}; the release's is ${wanted}. It was not kept`,
        `Somebody between here and the release server changes files, or the sums in terraform-release.ts are wrong. ${INSTALL_TERRAFORM}`,
      );
    }
    const binary = unzipSync(zip, { filter: ({ name }) => name === 'terraform' })['terraform'];
    if (binary === undefined) throw new ToolMissingError(`${url} holds no file "terraform"`, INSTALL_TERRAFORM);
    writeFileSync(join(directory, 'terraform'), binary, { mode: 0o755 });
  };
  await installOnce(fetchedTerraform(variables), fill, () => fetchedTerraformWorks(variables));
};
