// The one jest configuration of the workspace. A member's jest.config.cjs is two lines:
//
//   const { memberConfig } = require('../../test/jest/member-config.cjs');
//   module.exports = memberConfig(__dirname);
//
// Sources are compiled to CommonJS for jest, because its ES module support still needs an experimental flag. Therefore
// nothing under lib/ may use import.meta or a top-level await.

const oldestNodeMajor = 22;
const runningMajor = Number(process.versions.node.split('.')[0]);
if (runningMajor < oldestNodeMajor) {
  throw new Error(
    `Tests run under Node ${oldestNodeMajor}, this is ${process.version}. Start them with "npm test", or with "pnpm test" inside a member: both use the pinned Node.`,
  );
}

// Dependencies that ship ES modules only, so jest has to compile them too; of zod, zod/v4/locales/*.js.
const esModuleDependencies = ['canonicalize', 'commander', 'cookie', 'jose', 'zod'];

/** @param {'typescript' | 'ecmascript'} syntax */
const swc = (syntax) => [
  require.resolve('@swc/jest'),
  { swcrc: false, jsc: { target: 'es2023', parser: { syntax } }, module: { type: 'commonjs' } },
];

/** @param {string} memberDirectory */
exports.memberConfig = (memberDirectory) => ({
  rootDir: memberDirectory,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: { '\\.ts$': swc('typescript'), '\\.m?js$': swc('ecmascript') },
  // The first alternative lets the path through pnpm's store (node_modules/.pnpm/x@1/node_modules/x/…), so that the
  // package's own name, after the second node_modules, decides.
  transformIgnorePatterns: [`/node_modules/(?!\\.pnpm/|(?:${esModuleDependencies.join('|')})/)`],
  setupFiles: [require.resolve('./property-seed.cjs')],
  reporters: ['default', require.resolve('./result-reporter.cjs')],
  passWithNoTests: false,
  // Against tests that hang, not a statement about speed: a machine may be busy.
  testTimeout: 600_000,
});
