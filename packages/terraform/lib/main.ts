#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '@flaghoist/core/describe-error';
import { ToolMissingError } from '@flaghoist/tools/errors';
import { leftOut, mayLeaveOut } from '@flaghoist/tools/missing-tool';
import { checkWithTerraform } from './check-member.ts';
import { documented } from './documentation.ts';
import { planAll } from './plan-all.ts';
import { openTerraform } from './terraform.ts';

const usage = `terraform-member works on the Terraform module or stack in the current folder.

  terraform-member check             formatting, documentation, validation and tests
  terraform-member document          writes the tables of README.md
  terraform-member plan              plans every environment without a network, into dist/plan/<environment>.json
  terraform-member terraform ARGS    terraform itself, with the provider that this machine has

Exit code 0 when all is well, 1 when something failed, 2 for a wrong call.`;

const commands: Readonly<Record<string, (directory: string, args: readonly string[]) => Promise<number>>> = {
  async check(directory) {
    const { failed } = await checkWithTerraform(process.env, directory, console.log);
    return failed === 0 ? 0 : 1;
  },
  async document(directory) {
    writeFileSync(join(directory, 'README.md'), (await documented(directory)).after);
    return 0;
  },
  async plan(directory) {
    try {
      await planAll(await openTerraform(process.env), directory, console.error);
    } catch (error) {
      if (!(error instanceof ToolMissingError && mayLeaveOut(process.env))) throw error;
      console.error(leftOut('the plans of this stack', error));
    }
    return 0;
  },
  async terraform(directory, args) {
    const terraform = await openTerraform(process.env);
    const { TF_CLI_CONFIG_FILE: _ours, ...variables } = process.env;
    const { exitCode } = await terraform.run(args, {
      directory,
      variables,
      onOutput: (text) => process.stdout.write(text),
    });
    return exitCode;
  },
};

const main = async (): Promise<number> => {
  const [name = '', ...args] = process.argv.slice(2);
  const command = commands[name];
  if (command === undefined) {
    console.error(usage);
    return 2;
  }
  try {
    return await command(process.cwd(), args);
  } catch (error) {
    console.error(describeError(error));
    return 1;
  }
};

void main().then((code) => {
  process.exitCode = code;
});
