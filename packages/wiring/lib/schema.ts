import { awsProblems } from './aws-problems.ts';
import { namesProblems } from './names-problems.ts';
import { shape } from './shape.ts';

/** A whole plan: each entry by itself, and how they fit together. */
export const wiringSchema = shape.check(({ value, issues }) => {
  for (const { path, message } of [...namesProblems(value), ...awsProblems(value)]) {
    issues.push({ code: 'custom', path, message, input: value });
  }
});
