import { writeFileSync } from 'node:fs';
import type { Terraform, TerraformRun } from '@flaghoist/terraform/terraform';
import { type Recording, recordedEvents, recordedTexts } from './recorded.ts';

/** A Terraform that answers as the recorded one did. */
export class RecordedTerraform implements Terraform {
  readonly version = '1.11.4';
  readonly ran: { args: readonly string[]; variables: TerraformRun['variables'] }[] = [];
  readonly #recording: Recording | undefined;

  readonly #outputs: object;
  readonly #resources: string;

  /**
   * @param recording none: Terraform fails before it reads anything
   * @param stack what its outputs and its state are
   */
  constructor(
    recording?: Recording,
    { outputs = {}, resources = 'aws_x.y\n' }: { outputs?: object; resources?: string } = {},
  ) {
    this.#recording = recording;
    this.#outputs = outputs;
    this.#resources = resources;
  }

  async run(args: readonly string[], { variables, onOutput }: TerraformRun) {
    this.ran.push({ args, variables });
    const isRefresh = args.includes('-refresh-only') || args.some((arg) => arg.endsWith('refresh-only.tfplan'));
    if (args[0] === 'workspace') return answer(0, '  default\n* test\n\n');
    if (args[0] === 'output') return answer(0, JSON.stringify(this.#outputs));
    if (args[0] === 'state') return answer(0, this.#resources);
    if (args[0] === 'show') {
      const [refresh, normal] = recordedTexts(this.#recording ?? 'drifted');
      return answer(0, isRefresh ? refresh : normal);
    }
    if (args[0] !== 'plan') return answer(0, '');
    const out = args.find((arg) => arg.startsWith('-out='))?.slice('-out='.length) ?? '';
    writeFileSync(out, 'plan');
    if (this.#recording === undefined) {
      onOutput?.(
        '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"No valid credential sources found"}}\n',
      );
      return answer(1, '');
    }
    if (this.#recording !== 'unreadable') return answer(0, '');
    onOutput?.(recordedEvents());
    return answer(1, '');
  }

  async expect(args: readonly string[], run: TerraformRun) {
    return (await this.run(args, run)).stdout;
  }
}

const answer = (exitCode: number, stdout: string) => ({ exitCode, stdout, stderr: '' });
