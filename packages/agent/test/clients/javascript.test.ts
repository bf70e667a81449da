import { join } from 'node:path';
import { describeClients } from '../support/client-suite.ts';

const args = ['--disable-warning=ExperimentalWarning', join(__dirname, 'javascript.ts')];
describeClients('JavaScript', { find: () => ({ program: process.execPath, args }), bucketing: 'v2', changes: 10_000 });
