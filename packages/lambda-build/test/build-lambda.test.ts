import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { buildLambda } from '../lib/build-lambda.ts';
import { loadBundle } from '../lib/load-bundle.ts';
import { reproducibleZip } from '../lib/zip.ts';

const packageDirectory = join(__dirname, 'fixtures', 'greeter');
const textOf = (zip: Uint8Array) => new TextDecoder().decode(unzipSync(zip)['index.js']);

const earlier = { ...process.env };
afterEach(() => {
  process.env = { ...earlier };
});

describe('the bundle of one entry point', () => {
  it('answers when it is run with nothing but Node around it', async () => {
    const { zip } = await buildLambda({ packageDirectory, entryPoint: 'greet' });
    process.env['GREETING'] = 'Ahoy';
    const { greet } = loadBundle(zip) as { greet: (event: { name: string }) => Promise<string> };
    await expect(greet({ name: 'crew' })).resolves.toBe('Ahoy, crew');
  });

  it('reads no environment while it is loaded, only when it is called', async () => {
    const { zip } = await buildLambda({ packageDirectory, entryPoint: 'greet' });
    delete process.env['GREETING'];
    const { greet } = loadBundle(zip) as { greet: (event: { name: string }) => Promise<string> };
    expect(() => greet({ name: 'crew' })).toThrow('GREETING');
  });

  it('exports its own handler and no other', async () => {
    const { zip } = await buildLambda({ packageDirectory, entryPoint: 'say-goodbye' });
    expect(Object.keys(loadBundle(zip))).toEqual(['sayGoodbye']);
  });

  it('leaves out what only the other entry point uses', async () => {
    const greet = await buildLambda({ packageDirectory, entryPoint: 'greet' });
    const goodbye = await buildLambda({ packageDirectory, entryPoint: 'say-goodbye' });

    expect(greet.packages).toEqual(['@flaghoist/greeter', 'zod']);
    expect(goodbye.packages).toEqual(['@flaghoist/greeter']);
    expect(goodbye.inputs.map(({ path }) => path)).toEqual([
      '@flaghoist/greeter/lib/farewell.ts',
      '@flaghoist/greeter/lib/index.ts',
    ]);
    expect(textOf(greet.zip)).not.toContain('only the farewell says this');
    expect(textOf(goodbye.zip)).not.toContain('GREETING');
    expect(goodbye.unzippedBytes).toBeLessThan(2000);
  });

  it('leaves out an unused import even if its package never promised to be free of side effects', async () => {
    const directory = join(__dirname, 'fixtures', 'loud-package');
    const quiet = await buildLambda({ packageDirectory: directory, entryPoint: 'quiet' });
    const loud = await buildLambda({ packageDirectory: directory, entryPoint: 'loud' });
    expect(textOf(quiet.zip)).not.toContain('was loaded');
    expect(textOf(loud.zip)).toContain('was loaded');
  });

  it('is refused for a bare import, which would vanish without a word', async () => {
    const directory = join(__dirname, 'fixtures', 'bare-import');
    await expect(buildLambda({ packageDirectory: directory, entryPoint: 'greet' })).rejects.toMatchObject({
      code: 'FH_BUNDLE_FAILED',
      message: expect.stringContaining('lib/index.ts:1'),
      hint: expect.stringContaining('a bare import is left out of bundles'),
    });
  });

  it('holds zod without its translations', async () => {
    const { inputs } = await buildLambda({ packageDirectory, entryPoint: 'greet' });
    const locales = inputs.map(({ path }) => path).filter((path) => path.startsWith('zod/v4/locales/'));
    expect(locales).toEqual(['zod/v4/locales/en.js']);
  });

  it('tells nothing of the machine that built it, in the code or in the source map', async () => {
    const { zip, sourceMap } = await buildLambda({ packageDirectory, entryPoint: 'greet' });
    const { sources } = JSON.parse(new TextDecoder().decode(sourceMap)) as { sources: string[] };
    expect(textOf(zip)).not.toContain(packageDirectory);
    expect(sources).toContain('../lib/handler.ts');
    expect(sources.filter((source) => source.startsWith('/'))).toEqual([]);
  });

  it('is refused under a name that lambda.json does not have', async () => {
    await expect(buildLambda({ packageDirectory, entryPoint: 'wave' })).rejects.toMatchObject({
      code: 'FH_ENTRY_POINT_UNKNOWN',
      hint: 'It has: greet, say-goodbye.',
    });
  });

  it('is refused when lib/index.ts lacks the export, with a hint where to put it', async () => {
    const directory = join(__dirname, 'fixtures', 'without-export');
    await expect(buildLambda({ packageDirectory: directory, entryPoint: 'greet' })).rejects.toMatchObject({
      code: 'FH_BUNDLE_FAILED',
      message: expect.stringContaining('No matching export in "lib/index.ts" for import "greet"'),
      hint: expect.stringContaining('lib/index.ts must export'),
    });
  });

  it('is refused for a folder without lambda.json', async () => {
    await expect(buildLambda({ packageDirectory: __dirname, entryPoint: 'greet' })).rejects.toMatchObject({
      code: 'FH_LAMBDA_JSON_INVALID',
      message: 'test/lambda.json: (file): cannot be read',
    });
  });
});

describe('a bundle that asks for what it does not hold', () => {
  it('fails when it is loaded, although the package is installed here', () => {
    const zip = reproducibleZip({ 'index.js': new TextEncoder().encode("exports.zod = require('zod');") });
    expect(() => loadBundle(zip)).toThrow(
      expect.objectContaining({
        code: 'FH_BUNDLE_INCOMPLETE',
        message: 'the bundle requires "zod", which is not in it',
      }),
    );
  });
});
