import type { Wiring } from './shape.ts';
import { type Problem, triggersOf } from './triggers.ts';

/** Lambda polls a shard for each reader, and DynamoDB serves two of them; a replica's stream serves replication too. */
const streamReaders = (wiring: Wiring): Problem[] =>
  Object.entries(wiring.tables).flatMap(([name, table]) => {
    const readers = triggersOf(wiring).filter(({ trigger }) => trigger.kind === 'stream' && trigger.table === name);
    const problems: Problem[] = [];
    const most = table.replicates ? 1 : 2;
    if (readers.length > most && table.reasons?.['stream'] === undefined) {
      problems.push({
        path: ['tables', name, 'stream'],
        message: `has ${readers.length} readers; AWS advises at most ${most} for ${table.replicates ? 'a global table' : 'a table'}. Let one function do both, or write reasons.stream`,
      });
    }
    if (table.stream === undefined) {
      for (const { path } of readers) {
        problems.push({
          path: [...path, 'table'],
          message: `"${name}" has no stream; write "stream": "NEW_AND_OLD_IMAGES"`,
        });
      }
    }
    return problems;
  });

const queueRules = ({ queues, deadLetters }: Wiring): Problem[] =>
  Object.entries(queues).flatMap(([name, queue]) => {
    const dead = deadLetters[queue.deadLetter];
    const problems: Problem[] = [];
    if (dead !== undefined && dead.scope !== queue.scope) {
      problems.push({
        path: ['queues', name, 'deadLetter'],
        message: `${queue.deadLetter} is of scope ${dead.scope}, the queue of scope ${queue.scope}; a queue and its dead letters stand in one region and are counted together: make both of scope ${queue.scope}`,
      });
    }
    if (dead !== undefined && dead.retentionSeconds < queue.retentionSeconds) {
      problems.push({
        path: ['deadLetters', queue.deadLetter, 'retentionSeconds'],
        message: `is ${dead.retentionSeconds}, the queue ${name} keeps for ${queue.retentionSeconds} s; a message keeps its age when it is given up and would be deleted at once. Write at least ${queue.retentionSeconds}`,
      });
    }
    if (queue.receives * queue.visibilitySeconds >= queue.retentionSeconds) {
      problems.push({
        path: ['queues', name, 'retentionSeconds'],
        message: `is ${queue.retentionSeconds}, and ${queue.receives} receives take ${queue.receives * queue.visibilitySeconds} s; SQS would delete a message before it is given up. Keep it for longer, or receive it less often`,
      });
    }
    if (queue.receives < 5 && queue.reasons?.['receives'] === undefined) {
      problems.push({
        path: ['queues', name, 'receives'],
        message: `is ${queue.receives}; AWS advises at least 5, because a throttled function uses receives up. Write 5 or more, or reasons.receives`,
      });
    }
    return problems;
  });

const batchRules = (wiring: Wiring): Problem[] =>
  triggersOf(wiring).flatMap(({ path, trigger }) =>
    trigger.kind === 'queue' && trigger.batchSize > 10 && trigger.windowSeconds === 0
      ? [
          {
            path: [...path, 'batchSize'],
            message: `is ${trigger.batchSize} with a windowSeconds of 0; Lambda takes more than 10 messages only when it collects them for at least 1 s. Write 10 or less, or a window`,
          },
        ]
      : [],
  );

/** EventBridge does not pass on to a third bus what came from another one; the guard makes it hold by construction. */
const guardedForwards = ({ forwards }: Wiring): Problem[] =>
  Object.entries(forwards).flatMap(([name, { pattern, to, from }]) => {
    const { detail } = pattern;
    const happened = detail === undefined || Array.isArray(detail) ? undefined : detail['region'];
    const problems: Problem[] = [];
    if (!Array.isArray(happened) || happened.join() !== '{region}') {
      problems.push({
        path: ['forwards', name, 'pattern'],
        message:
          'forwards what came from another bus; write "detail": {"region": ["{region}"]}, so that only what happened here is passed on',
      });
    }
    if (to === 'region' && !JSON.stringify(pattern).includes('"{to}"')) {
      problems.push({
        path: ['forwards', name, 'pattern'],
        message:
          'does not say {to}; every region would get what is meant for one. Write where the event names its region',
      });
    }
    if (from === to) {
      problems.push({
        path: ['forwards', name, 'to'],
        message: `is ${to}, as from; forward from home to a region or from a region to home`,
      });
    }
    return problems;
  });

/** What AWS refuses or advises against, between entries of the plan. */
export const awsProblems = (wiring: Wiring): Problem[] => [
  ...streamReaders(wiring),
  ...queueRules(wiring),
  ...batchRules(wiring),
  ...guardedForwards(wiring),
];
