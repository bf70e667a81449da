import type { Redis } from 'ioredis';
import type { CacheOutages } from './cache-outages.ts';
import { commandReasonOf, connectionReasonOf } from './outage-reason.ts';
import { answerOf } from './redis-refusal.ts';

/** Stands for all commands where the server says nothing at all: any answer ends that. */
const ANY_COMMAND = 'any command';

/** Tells of a client's connections that fail, and of commands that its server is not fit to answer. */
export const watchOutages = (client: Redis, outages: CacheOutages): void => {
  watchConnections(client, outages);
  watchCommands(client, outages);
};

const watchConnections = (client: Redis, outages: CacheOutages): void => {
  let isUndecided = false;
  client.on('connect', () => {
    isUndecided = true;
  });
  client.on('ready', () => {
    isUndecided = false;
    outages.works(client);
  });
  client.on('error', (error: Error) => {
    isUndecided = false;
    outages.failed(client, connectionReasonOf(error), error);
  });
  // A server that speaks TLS hangs up without a word on who does not. One that closes later is found again at once, or fails.
  client.on('reconnecting', () => {
    if (isUndecided)
      outages.failed(client, 'closed', new Error('the server closed the connection before it was ready'));
    isUndecided = false;
  });
};

const watchCommands = (client: Redis, outages: CacheOutages): void => {
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    const sent = send(command, stream);
    const { name, promise } = command;
    const answered = () => {
      // What is answered while logging in says nothing about the rest.
      if (client.status !== 'ready') return;
      outages.works(name);
      outages.works(ANY_COMMAND);
    };
    promise.then(answered, (error: Error) => {
      const reason = commandReasonOf(error);
      // While there is no connection, the connection is what failed.
      if (reason === 'timeout' && client.status !== 'ready' && client.status !== 'connect') return;
      if (reason !== undefined) outages.failed(reason === 'timeout' ? ANY_COMMAND : name, reason, error);
      else if (answerOf(error) !== undefined) answered();
    });
    return sent;
  };
};
