const { memberConfig } = require('../../test/jest/member-config.cjs');
// The outage matrix plays in two processes of its own, and its test only waits: the second worker runs everything else.
module.exports = { ...memberConfig(__dirname), maxWorkers: 2 };
