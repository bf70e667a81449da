const { memberConfig } = require('../../test/jest/member-config.cjs');
// The outage matrix takes most of the time, in four files: both cores of a small machine share them.
module.exports = { ...memberConfig(__dirname), maxWorkers: 2 };
