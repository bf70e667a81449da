import { readEnvironments } from '@flaghoist/fleet/environments';
import { fleet } from './report-on.ts';

const last = readEnvironments(fleet).at(-1)?.name ?? '';

/** What nobody knows before it is there. */
const id = 'module.network.vpc_id';

/** Further ways to use what an environment is, in a value that is known only after apply. */
export const otherWays: Readonly<Record<string, { readonly text: string; readonly said: string }>> = {
  'a comparison of texts': {
    text: `"\${"\${var.environment}-\${var.service}" == "${last}-flags" ? "a" : "b"}\${${id}}"`,
    said: `"\${var.environment}-\${var.service}" == "${last}-flags"`,
  },
  'the start of a text': {
    text: `join("", [substr(module.deployment.account_id, 0, 1) == "3" ? "a" : "b", ${id}])`,
    said: 'substr(module.deployment.account_id, 0, 1) == "3"',
  },
  'a place in a list': {
    text: `[${id}, module.network.vpc_id, "x"][index(module.deployment.environment_names, var.environment)]`,
    said: 'index(module.deployment.environment_names, var.environment)',
  },
  'a key of a map': {
    text: `lookup({ (upper("${last}")) = "other" }, upper(var.environment), ${id})`,
    said: 'upper(var.environment)',
  },
  'a directive in a text': {
    text: `"%{if endswith(module.deployment.region, "-1")}a%{else}b%{endif}\${${id}}"`,
    said: 'endswith(module.deployment.region, "-1")',
  },
  'a part of a region': {
    text: `"\${split("-", module.deployment.region)[0]}\${${id}}"`,
    said: 'split("-", module.deployment.region)',
  },
  'a hash of a name': {
    text: `"\${substr(sha256(var.environment), 0, 1)}\${${id}}"`,
    said: 'substr(sha256(var.environment), 0, 1)',
  },
  'a file': {
    text: `"\${trimspace(file("\${path.module}/planted/\${var.environment}.txt"))}\${${id}}"`,
    said: `trimspace(file("\${path.module}/planted/\${var.environment}.txt"))`,
  },
  'a template': {
    text: `templatefile("\${path.module}/planted.tftpl", { environment = var.environment, id = ${id} })`,
    said: 'var.environment',
  },
  'a loop with a condition': {
    text: `join("", [for each in [${id}] : each if strcontains(var.deployment_role_arn, "333")])`,
    said: 'strcontains(var.deployment_role_arn, "333")',
  },
  'a number': {
    text: `"\${tonumber(module.deployment.account_id) > 200000000000}\${${id}}"`,
    said: 'tonumber(module.deployment.account_id) > 200000000000',
  },
  'a network': {
    text: `"\${cidrhost(var.vpc_cidr_block, 1) == "10.16.0.1" ? "a" : "b"}\${${id}}"`,
    said: 'cidrhost(var.vpc_cidr_block, 1) == "10.16.0.1"',
  },
  'a place in a table that a file holds': {
    text: `join("-", [jsondecode(file("\${path.module}/planted.json"))[var.environment], ${id}])`,
    said: `jsondecode(file("\${path.module}/planted.json"))[var.environment]`,
  },
  'a file that is there': {
    text: `"\${fileexists("\${path.module}/planted/\${var.environment}.only") ? "a" : "b"}\${${id}}"`,
    said: `fileexists("\${path.module}/planted/\${var.environment}.only")`,
  },
  'files by a pattern': {
    text: `"\${length(fileset("\${path.module}/planted", "\${var.environment}.only"))}\${${id}}"`,
    said: `length(fileset("\${path.module}/planted", "\${var.environment}.only"))`,
  },
  'a key that a map may lack': {
    text: `try({ (join("-", ["us", "east", "1"])) = "other" }[module.deployment.region], ${id})`,
    said: '{ (join("-", ["us", "east", "1"])) = "other" }[module.deployment.region]',
  },
  'an argument more': {
    text: `jsonencode(merge({ id = ${id} }, module.deployment.upstream == null ? {} : { more = true }))`,
    said: 'module.deployment.upstream == null',
  },
  'a part of a list': {
    text: `join("", slice([${id}, "x", "y"], 0, min(3, length(var.environment) - 2)))`,
    said: 'min(3, length(var.environment) - 2)',
  },
  'an order': {
    text: `"\${sort([var.environment, "m"])[0] == "m"}\${${id}}"`,
    said: 'sort([var.environment, "m"])[0] == "m"',
  },
  "a region's description": {
    text: `"\${strcontains(data.aws_region.home.description, "Virginia")}\${${id}}"`,
    said: 'strcontains(data.aws_region.home.description, "Virginia")',
  },
  'a template in a text': {
    text: `templatestring(local.planted_template, { e = var.environment, id = ${id} })`,
    said: 'var.environment',
  },
  'what nobody knows': {
    text: `strcontains(module.network.vpc_id, "a") ? "a" : "b"`,
    said: 'aws_vpc.this.id',
  },
};
