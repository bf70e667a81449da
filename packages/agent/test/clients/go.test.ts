import { findClient } from '@flaghoist/tools/openfeature-clients';
import { describeClients, tools } from '../support/client-suite.ts';

describeClients('Go', { find: () => findClient(tools, 'go', process.env), bucketing: 'v2', changes: 1_000 });
