import { awsProblems } from './aws-problems.ts';
import { concurrencyProblems } from './concurrency-problems.ts';
import { namesProblems } from './names-problems.ts';
import { placeholderProblems } from './placeholder-problems.ts';
import { scopeProblems } from './scope-problems.ts';
import { shape } from './shape.ts';

/** A whole plan: each entry by itself, and how they fit together. */
export const wiringSchema = shape.check(({ value, issues }) => {
  const problems = [
    ...namesProblems(value),
    ...scopeProblems(value),
    ...placeholderProblems(value),
    ...awsProblems(value),
    ...concurrencyProblems(value),
  ];
  for (const { path, message } of problems) {
    issues.push({ code: 'custom', path, message, input: value });
  }
});
