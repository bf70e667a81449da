import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everyPart, expressionOf } from '../lib/sources/expression.ts';
import { readSourceModule } from '../lib/sources/module.ts';
import { probesOf } from '../lib/sources/probes.ts';

const directory = mkdtempSync(join(tmpdir(), 'probes-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const asked = async (text: string): Promise<readonly string[]> => {
  writeFileSync(join(directory, 'main.tf'), text);
  return [...probesOf(await readSourceModule(directory)).values()];
};

it('asks for an expression and all that it is made of', async () => {
  expect(await asked('locals {\n  a = var.x == "y" ? aws_x.y.id : upper(local.b)\n}')).toEqual([
    'ephemeralasnull(try(var.x == "y" ? aws_x.y.id : upper(local.b), null))',
    'ephemeralasnull(try(var.x == "y", null))',
    'ephemeralasnull(try(var.x, null))',
    'ephemeralasnull(try("y", null))',
    'ephemeralasnull(try(aws_x.y.id, null))',
    'ephemeralasnull(try(upper(local.b), null))',
    'ephemeralasnull(try(local.b, null))',
  ]);
});

it('asks within a loop for each of its elements, and for none where there is nothing to go through', async () => {
  expect(await asked('locals {\n  a = [for x in var.list : x.name]\n}')).toContain(
    'ephemeralasnull([for fh_all0 in [var.list] : [for x in fh_all0 : try(x.name, null)] if fh_all0 != null])',
  );
  expect(await asked('resource "aws_x" "y" {\n  for_each = var.map\n  a = each.value.b\n}')).toContain(
    'ephemeralasnull([for fh_all0 in [var.map] : {for fh_key0, fh_value0 in fh_all0 : try(tostring(fh_key0), "") => try(fh_value0.b, null)...} if fh_all0 != null])',
  );
  expect(await asked('resource "aws_x" "y" {\n  count = var.n\n  a = var.list[count.index]\n}')).toContain(
    'ephemeralasnull([for fh_value0 in range(var.n) : try(var.list[fh_value0], null)])',
  );
});

it('does not fail where a condition keeps a loop from failing', async () => {
  const text = 'locals {\n  a = fileexists(var.f) ? [for x in regexall("a", file(var.f)) : upper(x)] : []\n}';
  expect(await asked(text)).toContain(
    'ephemeralasnull([for fh_all0 in [try(regexall("a", file(var.f)), [])] : [for x in fh_all0 : try(upper(x), null)] if fh_all0 != null])',
  );
});

it.each([
  ['an input that may be null', 'var.a.b', 'var.a.b'],
  ['a local', 'local.a.b', 'local.a.b'],
  ['an output', 'module.a.b.c', 'module.a.b.c'],
])('does not fail where %s has no such member', async (_what, list, collection) => {
  expect(await asked(`locals {\n  a = [for x in ${list} : x]\n}`)).toContain(
    `ephemeralasnull([for fh_all0 in [try(${collection}, [])] : [for x in fh_all0 : try(x, null)] if fh_all0 != null])`,
  );
});

it('does not fail where an element of a loop has no such member', async () => {
  expect(await asked('locals {\n  a = [for x in var.list : [for y in x.of : y]]\n}')).toContain(
    'ephemeralasnull([for fh_all0 in [var.list] : [for x in fh_all0 : [for fh_all1 in [try(x.of, [])] : [for y in fh_all1 : try(y, null)] if fh_all1 != null]] if fh_all0 != null])',
  );
});

it('asks for blocks that a loop makes', async () => {
  const text =
    'resource "aws_x" "y" {\n  dynamic "b" {\n    for_each = var.list\n    iterator = it\n    content {\n      c = it.value\n    }\n  }\n}';
  expect(await asked(text)).toContain(
    'ephemeralasnull([for fh_all0 in [var.list] : {for fh_key0, fh_value0 in fh_all0 : try(tostring(fh_key0), "") => try(fh_value0, null)...} if fh_all0 != null])',
  );
});

it('asks for nothing that is another one at each plan, that is an address, or that would be a copy of a resource', async () => {
  const text = `resource "aws_x" "y" {
  a = plantimestamp()
  b = aws_z.w
  depends_on = [aws_z.w]
  lifecycle {
    ignore_changes = [a]
    postcondition {
      condition     = self.a == ""
      error_message = "x"
    }
  }
}`;
  expect((await asked(text)).filter((each) => !each.includes('""'))).toEqual([]);
});

it.each([
  ['$' + '{a.b}-x', 'template', '"$' + '{a.b}-x"'],
  ['$' + '{[for k, v in a.b : v if k == "c"]}', 'for', '[for k, v in a.b : v if k == "c"]'],
  ['$' + '{a.b[0].c}', 'reference', 'a.b[0].c'],
  ['plain "text"', 'literal', '"plain \\"text\\""'],
])('reads %s as a %s', async (value, type, text) => {
  expect(await expressionOf(value)).toMatchObject({ type, text });
});

it('finds the names in an object by what stands beside them', async () => {
  const expression = await expressionOf('$' + '{jsonencode({ (var.x) = 1, b = var.y, "c" = 1, d = 1 })}');
  const object = everyPart(expression).find(({ type }) => type === 'object');
  expect(object?.keys?.map((key) => (typeof key === 'string' ? key : key.children.length))).toEqual([
    1,
    'b',
    expect.anything(),
    'd',
  ]);
});
