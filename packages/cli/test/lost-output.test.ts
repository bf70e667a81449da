import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { endOnLostOutput } from '../lib/lost-output.ts';

const lose = async (stream: Writable, code: string): Promise<void> => {
  const closed = once(stream, 'close').catch(() => {});
  stream.destroy(Object.assign(new Error(`${code}: write`), { code }));
  await closed;
};

const started = () => {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough(), codes: [] as number[] };
  endOnLostOutput({ ...streams, exit: (code) => streams.codes.push(code) });
  return streams;
};

it('ends well when a pipe wants no more', async () => {
  const { stdout, stderr, codes } = started();
  await lose(stdout, 'EPIPE');
  expect(codes).toEqual([0]);
  expect(stderr.read()).toBeNull();
});

it('says why nobody gets the result, and what to do', async () => {
  const { stdout, stderr, codes } = started();
  await lose(stdout, 'ENOSPC');
  expect(codes).toEqual([70]);
  expect(String(stderr.read())).toBe(
    'error FH_LOST_OUTPUT: standard output cannot be written: ENOSPC: write\nhint: Make room where it goes, or send it elsewhere.\n',
  );
});

it('goes on, and keeps its exit code, when nobody hears what is going on', async () => {
  const { stderr, codes } = started();
  await lose(stderr, 'EPIPE');
  await lose(started().stderr, 'ENOSPC');
  expect(codes).toEqual([]);
});
