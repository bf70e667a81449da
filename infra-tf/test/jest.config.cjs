const { memberConfig } = require('../../test/jest/member-config.cjs');
module.exports = {
  ...memberConfig(__dirname),
  testMatch: ['<rootDir>/**/*.test.ts'],
  // These tests wait for Terraform, which for a third of its time waits for its provider.
  maxWorkers: 3,
};
