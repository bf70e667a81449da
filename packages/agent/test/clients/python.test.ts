import { findClient } from '@flaghoist/tools/openfeature-clients';
import { describeClients, tools } from '../support/client-suite.ts';

describeClients('Python', { find: () => findClient(tools, 'python', process.env), bucketing: 'v3', changes: 1_000 });
