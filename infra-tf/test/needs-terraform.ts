import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';

/** For a file whose tests need Terraform, or the plans that it made. */
export const needsTerraform = () => needs(() => findTerraform(process.env), process.env);

/** Without Terraform the task `plan` makes no plans; the tests that read them do not run then, but their files are loaded. */
export const hasTerraform = (): boolean => {
  try {
    return findTerraform(process.env) !== undefined;
  } catch {
    return false;
  }
};
