#!/usr/bin/env node
// A package of its own, linked into the root's node_modules/.bin: pnpm looks there from inside every member, so
// `pnpm hoist …` works in the whole workspace, before anything is built.
import { hoist } from '../cli.mjs';

process.exitCode = await hoist(process.argv.slice(2), process.cwd());
