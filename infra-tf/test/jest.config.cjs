const { memberConfig } = require('../../test/jest/member-config.cjs');
module.exports = {
  ...memberConfig(__dirname),
  testMatch: ['<rootDir>/**/*.test.ts'],
  // Half of the time these tests wait for Terraform, which waits for an emulator.
  maxWorkers: 3,
};
