import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { queryText } from '@flaghoist/adapters/query-text';
import { insightsLog, logFormats } from '@flaghoist/adapters/support/insights-log';
import { describeAcknowledgementLog } from '@flaghoist/in-memory/conformance/acknowledgement-log';
import { needs } from '@flaghoist/tools/needs';
import { miniStackPython } from '../lib/ministack.ts';

const { describe, it, tool } = needs(miniStackPython, process.env);

const program = `import json, sys
sys.path.insert(0, sys.argv[1])
import insights
query, messages = json.load(sys.stdin)
print(json.dumps(insights.evaluate(query, messages)))`;

/** The evaluator that MiniStack is given. @throws Error with Python's own words */
const evaluate = (query: string, messages: readonly string[]) => {
  const folder = join(__dirname, '..', 'lib', 'ministack');
  const { status, stdout, stderr } = spawnSync(tool(), ['-B', '-S', '-c', program, folder], {
    input: JSON.stringify([query, messages]),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as { field: string; value: string }[][];
};

describe.each(logFormats)('the evaluator of the emulator, over functions with the log format %s', (format) => {
  // Each query is a Python of its own.
  describeAcknowledgementLog('LogsInsightsQuery', async () => insightsLog(format, evaluate), 5);
});

it.each([
  ['a stage that it does not know', `${queryText([])}\n| limit 5`],
  ['another function', 'filter event = "x"\n| stats min(revision) as lowest by flagKey'],
  ['a filter by an expression', 'filter event like /x/\n| stats max(revision) as revision by flagKey'],
  ['raw lines', 'fields @message'],
])('refuses %s rather than answering as if it had understood', (_what, query) => {
  expect(() => evaluate(query, ['{"event":"x","revision":1,"flagKey":"a"}'])).toThrow('Malformed');
});
