import * as z from 'zod/mini';

/** One line of `terraform plan -json`; of the many kinds, those that say what was read and what went wrong. */
const lineSchema = z.looseObject({
  type: z.optional(z.string()),
  hook: z.optional(z.looseObject({ resource: z.optional(z.looseObject({ addr: z.string() })) })),
  diagnostic: z.optional(
    z.looseObject({
      severity: z.string(),
      summary: z.string(),
      detail: z._default(z.string(), ''),
      address: z.optional(z.string()),
    }),
  ),
});

export interface Diagnostic {
  /** Of the resource it is about, if of one. */
  readonly address: string | undefined;
  readonly text: string;
}

export interface PlanEvents {
  /** Addresses of what was read. */
  readonly read: ReadonlySet<string>;
  readonly errors: readonly Diagnostic[];
}

/**
 * Takes the output of `terraform plan -json` as it comes, in pieces.
 *
 * @param onRead gets the address of each resource that was read
 */
export const collectPlanEvents = (onRead: (address: string) => void = () => {}) => {
  const read = new Set<string>();
  const errors: Diagnostic[] = [];
  let rest = '';
  const take = (line: string): void => {
    if (!line.startsWith('{')) return;
    const parsed = lineSchema.safeParse(parsedLine(line));
    if (!parsed.success) return;
    const { type, hook, diagnostic } = parsed.data;
    if (type === 'refresh_complete' && hook?.resource !== undefined) {
      read.add(hook.resource.addr);
      onRead(hook.resource.addr);
    }
    if (diagnostic?.severity === 'error') {
      const { summary, detail, address } = diagnostic;
      errors.push({ address, text: detail === '' ? summary : `${summary}: ${detail}` });
    }
  };
  return {
    push(text: string): void {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    },
    end(): PlanEvents {
      take(rest);
      rest = '';
      return { read, errors };
    },
  };
};

const parsedLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
