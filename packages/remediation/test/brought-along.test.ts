import { broughtAlong, parseDependencies } from '../lib/brought-along.ts';

/** As Terraform 1.11 prints it of a root with a module that is called twice. */
const GRAPH = `digraph G {
  rankdir = "RL";
  node [shape = rect, fontname = "sans-serif"];
  "terraform_data.w" [label="terraform_data.w"];
  subgraph "cluster_module.v" {
    label = "module.v"
    "module.v.data.terraform_remote_state.s" [label="data.terraform_remote_state.s"];
    "module.v.terraform_data.inner" [label="terraform_data.inner"];
  }
  "terraform_data.w" -> "terraform_data.z";
  "terraform_data.x" -> "module.v.data.terraform_remote_state.s";
  "terraform_data.x" -> "terraform_data.z";
  "module.v.data.terraform_remote_state.s" -> "module.v.terraform_data.inner";
}
`;

it('reads what depends on what', () => {
  expect([...parseDependencies(GRAPH)]).toEqual([
    ['terraform_data.w', ['terraform_data.z']],
    ['terraform_data.x', ['module.v.data.terraform_remote_state.s', 'terraform_data.z']],
    ['module.v.data.terraform_remote_state.s', ['module.v.terraform_data.inner']],
  ]);
});

it('finds what lies below, every instance of it, and no other instance of the target', () => {
  const inner = ['module.v["a"].terraform_data.inner', 'module.v["b"].terraform_data.inner'];
  const along = broughtAlong(
    ['terraform_data.x[0]', 'terraform_data.w'],
    ['terraform_data.x[0]', 'terraform_data.x[1]', 'terraform_data.w', ...inner],
    parseDependencies(GRAPH),
  );
  expect([...along]).toEqual([['terraform_data.x[0]', inner]]);
});
