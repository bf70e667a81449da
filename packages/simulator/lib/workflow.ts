import { loadStateMachine } from '@flaghoist/in-memory/states-language';
import type { WorkflowFunction } from '@flaghoist/in-memory/workflow-execution';
import { WorkflowRunner } from '@flaghoist/in-memory/workflow-runner';
import type { Platform } from './platform.ts';

interface Workflow {
  readonly name: string;
  readonly region: string;
  /** A States Language file as Terraform's templatefile takes it. */
  readonly definition: unknown;
  /** By the placeholder that stands in the definition for the function's ARN. */
  readonly functions: Readonly<Record<string, WorkflowFunction>>;
}

/** Runs the definition that AWS will run; each placeholder becomes the function it stands for. */
export const createWorkflow = (
  platform: Platform,
  { name, region, definition, functions }: Workflow,
): WorkflowRunner => {
  const { scheduler, random, latency, log } = platform;
  const arns = Object.fromEntries(
    Object.keys(functions).map((placeholder) => [placeholder, `arn:function:${placeholder}`]),
  );
  return new WorkflowRunner({
    name,
    region,
    machine: loadStateMachine(JSON.stringify(definition), arns),
    functions: new Map(Object.entries(functions).map(([placeholder, call]) => [`arn:function:${placeholder}`, call])),
    scheduler,
    random,
    latency,
    log,
  });
};
