import type { Metafile } from 'esbuild';
import { inputsOf, packagesOf } from '../lib/contents.ts';

const metafile = (inputs: Record<string, number>): Metafile => ({
  inputs: {},
  outputs: {
    'dist/index.js': {
      bytes: 0,
      imports: [],
      exports: [],
      inputs: Object.fromEntries(Object.entries(inputs).map(([path, bytesInOutput]) => [path, { bytesInOutput }])),
    },
  },
});

describe('what is inside a bundle', () => {
  const inputs = inputsOf(
    metafile({
      '<stdin>': 9,
      'lib/index.ts': 40,
      '../core/lib/order.ts': 80,
      '../../node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/parse.js': 70,
      '../../node_modules/.pnpm/@aws-sdk+client-sqs@3.1.0/node_modules/@aws-sdk/client-sqs/dist-es/index.js': 60,
      '../../node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/locales/fr.js': 0,
    }),
    'validator',
  );

  it('names each file by its package, largest first, without what was shaken out or generated', () => {
    expect(inputs).toEqual([
      { path: '@flaghoist/core/lib/order.ts', package: '@flaghoist/core', bytes: 80 },
      { path: 'zod/v4/core/parse.js', package: 'zod', bytes: 70 },
      { path: '@aws-sdk/client-sqs/dist-es/index.js', package: '@aws-sdk/client-sqs', bytes: 60 },
      { path: '@flaghoist/validator/lib/index.ts', package: '@flaghoist/validator', bytes: 40 },
    ]);
  });

  it('lists each package once', () => {
    expect(packagesOf(inputs)).toEqual(['@aws-sdk/client-sqs', '@flaghoist/core', '@flaghoist/validator', 'zod']);
  });
});
