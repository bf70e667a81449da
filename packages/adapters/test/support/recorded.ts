/** The part of an SDK client that the fake takes over: the first step of every call, before anything is serialised. */
interface Interceptable<Input extends object, Output extends object> {
  readonly middlewareStack: {
    add(
      middleware: (
        next: unknown,
        context: { commandName?: string },
      ) => (args: { input: Input }) => Promise<{ response: unknown; output: Output }>,
      options: { step: 'initialize' },
    ): void;
  };
}

export interface RecordedCall {
  readonly command: string;
  readonly input: Record<string, unknown>;
}

/**
 * Makes an SDK client answer from memory: nothing leaves the process.
 *
 * @param answer called with each command's name and input; what it throws, the client throws
 * @returns the calls, in the order in which they were made
 */
export const record = <Input extends object, Output extends object>(
  client: Interceptable<Input, Output>,
  answer: (call: RecordedCall, count: number) => object = () => ({}),
): RecordedCall[] => {
  const calls: RecordedCall[] = [];
  client.middlewareStack.add(
    (_next, context) =>
      async ({ input }) => {
        const call = { command: context.commandName ?? '', input: { ...input } as Record<string, unknown> };
        calls.push(call);
        return { response: {}, output: { $metadata: {}, ...answer(call, calls.length) } as unknown as Output };
      },
    { step: 'initialize' },
  );
  return calls;
};

/** What the SDK wants before it makes a client. No call uses them. */
export const anywhere = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
};
