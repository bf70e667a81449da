import { NameTakenError } from './errors.ts';
import { namesOf } from './names.ts';
import { install, type Recipe, templates } from './recipe.ts';

const modules = 'infra-tf/lib/modules';

/** `pnpm new module NAME`: a Terraform module. */
export const moduleRecipe: Recipe = {
  kind: 'module',
  about: 'a Terraform module with its inputs, outputs, README and tests of values and contract',
  argument: 'the folder in infra-tf/lib/modules, such as "message-queue"',
  options: [
    { flags: '--about <sentence>', about: 'what it is for' },
    { flags: '--for <whom>', about: 'who is going to call it; asked for while no stack of this repository does' },
  ],
  examples: ['message-queue', 'message-queue --about "A queue and its dead letters." --for "the stack of the flags"'],
  draft: (draft, name, options) => {
    const names = namesOf(name);
    const folder = `${modules}/${name}`;
    if (draft.has(folder)) throw new NameTakenError(modules, `a folder ${name}`);
    const about = options['about'] ?? `Say here what the module ${name} is for.`;
    const publishedFor = options['for'] ?? `the stack that will call ${name}`;
    draft.createAll(`${templates}/module`, folder, { ...names, about, publishedFor });
    return [
      install,
      {
        say: 'Write the tables of its README.',
        run: `pnpm --filter @flaghoist/tf-${name} exec terraform-member document`,
      },
      {
        say: `Give ${folder}/main.tf its resources, named by module.naming; their types are in ${modules}/naming/types.tf. A module that it calls goes into its package.json.`,
      },
      {
        say: `Call it from a stack and take publishedFor out of ${folder}/package.json, or say there for whom it is.`,
      },
      { say: `Name it in ${modules}/CHANGELOG.md, under "Unreleased": each archive of a module carries that file.` },
      { say: `Prove it: pnpm --filter @flaghoist/tf-${name} test, pnpm test:workspace` },
    ];
  },
};
