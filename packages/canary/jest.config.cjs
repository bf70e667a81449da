const { memberConfig } = require('../../test/jest/member-config.cjs');
module.exports = memberConfig(__dirname);
