// What takes too long for `pnpm test`: `pnpm test:aws`, and `pnpm bench`.
const { memberConfig } = require('../../test/jest/member-config.cjs');
module.exports = { ...memberConfig(__dirname), testMatch: ['<rootDir>/test/**/*.long.ts'] };
