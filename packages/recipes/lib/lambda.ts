import type { Draft } from './draft.ts';
import { NameTakenError } from './errors.ts';
import { JsonText } from './json-edit.ts';
import { type Names, namesOf } from './names.ts';
import { install, type Recipe, templates, tidy } from './recipe.ts';
import { insertedAfter, insertedBefore, withImport } from './text-edit.ts';

const wiring = 'packages/wiring/lib/wiring.json';
const permissions = 'packages/wiring/lib/permissions.json';
const costs = 'packages/capacity/lib/load/assumptions.json';
const seats = 'packages/simulator/lib/seats.ts';
const outages = 'packages/simulator/test/outages/ports.ts';
const timeouts = 'packages/simulator/lib/timeouts.ts';
const simulator = 'packages/simulator/package.json';
const layers = 'test/layers.test.ts';

/** `pnpm new lambda NAME`: a package with one function in home, called on a schedule. */
export const lambdaRecipe: Recipe = {
  kind: 'lambda',
  about: 'a Lambda package with one function, its place in the wiring and its seat in the simulator',
  argument: 'the folder in packages/, such as "flag-counter"',
  options: [{ flags: '--about <sentence>', about: 'what it is for, for the READMEs' }],
  examples: ['flag-counter', 'flag-counter --about "Counts the flags that nobody reads."'],
  draft: (draft, name, options) => {
    const names = namesOf(name);
    if (draft.has(`packages/${name}`)) throw new NameTakenError('packages/', `a folder ${name}`);
    const about = options['about'] ?? `Say here what the function ${name} is for.`;
    draft.createAll(`${templates}/lambda`, `packages/${name}`, { ...names, about });
    wire(draft, names);
    seat(draft, names);
    list(draft, name, about);
    return [
      install,
      tidy,
      { say: 'Draw the picture of the wiring anew.', run: 'pnpm --filter @flaghoist/wiring document' },
      {
        say: `Write what it does: packages/${name}/lib/${name}.ts, its ports, its variables (lambda.json, lib/run-variables.ts) and its tests.`,
      },
      {
        say: `It may do nothing in AWS but write its log. What it needs: an entry of ${permissions}.`,
      },
      {
        say: `A run of it is taken for a tenth of a second that reads and writes no table. What it really costs: its entry of ${costs}.`,
      },
      {
        say: `It is called every 15 minutes in home. For another trigger edit schedules and functions in ${wiring}, and its seat in ${seats}.`,
      },
      {
        say: `Prove it: pnpm --filter @flaghoist/${name} test, pnpm --filter @flaghoist/wiring test, pnpm test:workspace`,
      },
    ];
  },
};

const wire = (draft: Draft, { name }: Names): void => {
  draft.edit(permissions, (text) => new JsonText(permissions, text).add(['functions'], `${name}.run`, '[]').text);
  draft.edit(
    costs,
    (text) =>
      new JsonText(costs, text).add(
        ['functions'],
        `${name}.run`,
        '{ "milliseconds": 100, "lineBytes": 200, "perChange": 0, "reads": {}, "writes": {} }',
      ).text,
  );
  draft.edit(
    wiring,
    (text) =>
      new JsonText(wiring, text)
        .add(
          ['schedules'],
          name,
          `{
      "scope": "home",
      "everyMinutes": 15,
      "input": {},
      "retryAttempts": 0,
      "deadLetter": "undelivered",
      "reasons": { "retryAttempts": "The next run does the same work." }
    }`,
        )
        .add(
          ['functions'],
          `${name}.run`,
          `{
      "scope": "home",
      "triggers": [{ "kind": "schedule", "schedule": "${name}" }]
    }`,
        ).text,
  );
};

const seat = (draft: Draft, { name, camel, pascal }: Names): void => {
  const create = `create${pascal}Handler`;
  draft.edit(
    simulator,
    (text) =>
      new JsonText(simulator, text).add(['dependencies'], `@flaghoist/${name}`, '"workspace:*"', { sorted: true }).text,
  );
  draft.edit(seats, (text) => {
    const imported = withImport(text, seats, `import { ${create} } from '@flaghoist/${name}/handler';`);
    const typed = insertedAfter(
      imported,
      { file: seats, pattern: /^type HomePorts = [^;]*(?=;$)/gm, called: 'type HomePorts' },
      ` &\n  PortsOf<typeof ${create}>`,
    );
    return insertedBefore(
      typed,
      { file: seats, pattern: /^ {2}\} satisfies Seats;$/gm, called: 'end of homeSeats' },
      `    '${name}.run': (put: Put) => ({ onInput: put(${create}, ports) }),\n`,
    );
  });
  draft.edit(timeouts, (text) => {
    const declared = `import ${camel} from '@flaghoist/${name}/lambda.json' with { type: 'json' };`;
    return insertedAfter(
      withImport(text, timeouts, declared),
      { file: timeouts, pattern: /^ {2}'audit-writer': audit,\n/gm, called: 'lambda.json of audit-writer' },
      `  '${name}': ${camel},\n`,
    );
  });
  draft.edit(outages, (text) => {
    const imported = withImport(text, outages, `import type { ${create} } from '@flaghoist/${name}/handler';`);
    const typed = insertedAfter(
      imported,
      { file: outages, pattern: /^ {2}readonly '\S+': typeof create\w+Handler;\n/gm, called: 'row of a function' },
      `  readonly '${name}.run': typeof ${create};\n`,
    );
    return insertedAfter(
      typed,
      { file: outages, pattern: /^ {2}'audit-writer\.sweep': .*\n/gm, called: 'ports of audit-writer.sweep' },
      `  '${name}.run': {},\n`,
    );
  });
};

const list = (draft: Draft, name: string, about: string): void => {
  draft.edit('README.md', (text) =>
    insertedAfter(
      text,
      { file: 'README.md', pattern: /^\| \[packages\/.*\) \| Lambda: .*\n/gm, called: 'row of a Lambda' },
      `| [packages/${name}](packages/${name}) | Lambda: ${about} |\n`,
    ),
  );
  const key = /^[a-z]+$/.test(name) ? name : `'${name}'`;
  draft.edit(layers, (text) => {
    const row = { file: layers, pattern: /^ {2}\S+: \[[^\]]*'adapters'\],\n/gm, called: 'row of a Lambda' };
    const simulates = { file: layers, pattern: /^ {2}simulator: \[\n(?: {4}.*\n)*/gm, called: 'row of the simulator' };
    return insertedAfter(
      insertedAfter(text, row, `  ${key}: ['core', 'system', 'adapters'],\n`),
      simulates,
      `    '${name}',\n`,
    );
  });
};
