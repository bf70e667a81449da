import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { dynamicBlocksIn } from '../lib/dynamic-blocks.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dynamic-blocks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A file with these bytes, where a saved plan would be. */
const saved = (bytes: Uint8Array | string): string => {
  const file = join(folder, 'saved.tfplan');
  writeFileSync(file, bytes);
  return file;
};

const group = (name: string, body: string): string => `resource "aws_security_group" "${name}" {\n${body}\n}\n`;
const dynamic = 'dynamic "ingress" {\n  for_each = var.all\n  content {\n    from_port = ingress.value\n  }\n}';

it('finds the blocks of each resource that are made by "dynamic", in the modules that the plan was made of', async () => {
  const more = { resource: { aws_iam_role: { c: { dynamic: { inline_policy: { for_each: [], content: {} } } } } } };
  const file = saved(
    zipSync({
      tfplan: strToU8('dynamic'),
      'tfconfig/modules.json': strToU8('[]'),
      'tfconfig/m-/main.tf': strToU8(group('a', dynamic) + group('b', 'ingress = []')),
      'tfconfig/m-/more.tf.json': strToU8(JSON.stringify(more)),
      'tfconfig/m-network.groups/main.tf': strToU8(group('a', `${dynamic}\n${dynamic.replace('ingress"', 'egress"')}`)),
      'tfconfig/m-/newer.tf': strToU8('dynamic syntax of next year {'),
      'tfconfig/m-network.groups/dynamic.txt': strToU8('dynamic is no source'),
    }),
  );
  expect(await dynamicBlocksIn(file)).toEqual(
    new Map([
      ['aws_security_group.a', ['ingress']],
      ['aws_iam_role.c', ['inline_policy']],
      ['module.network.module.groups.aws_security_group.a', ['egress', 'ingress']],
    ]),
  );
});

it.each(['', '{"remote_plan_format":1}'])('finds none in a plan that has no sources: %j', async (text) => {
  expect(await dynamicBlocksIn(saved(text))).toEqual(new Map());
});
