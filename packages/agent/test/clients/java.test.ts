import { findClient } from '@flaghoist/tools/openfeature-clients';
import { describeClients, tools } from '../support/client-suite.ts';

describeClients('Java', { find: () => findClient(tools, 'java', process.env), bucketing: 'v1', changes: 1_000 });
