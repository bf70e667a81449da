import type { Plugin } from 'esbuild';

const mark = Symbol('resolved by this plugin');

/**
 * An import in our own code stays in the bundle only if something of it is used. esbuild by itself keeps an import whose
 * package does not declare `"sideEffects": false`, for what it might do while loading: ioredis, imported by lib/index.ts
 * for one entry point, would be carried by all.
 *
 * A bare `import './x.ts'` says that loading is all it is for. Here it would vanish, so bundle.ts refuses it.
 */
export const usedImportsOnly: Plugin = {
  name: 'used-imports-only',
  setup: (build) => {
    build.onResolve({ filter: /.*/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === mark || from.kind !== 'import-statement' || from.importer.includes('/node_modules/')) return;
      const resolved = await build.resolve(path, {
        importer: from.importer,
        namespace: from.namespace,
        resolveDir: from.resolveDir,
        kind: from.kind,
        with: from.with,
        pluginData: mark,
      });
      return { ...resolved, sideEffects: false };
    });
  },
};
