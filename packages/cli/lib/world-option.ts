import { Option } from 'commander';

/** In which world a command works. There is one so far that runs for itself. */
export const worldOption = (): Option => new Option('--world <world>', 'where it runs').choices(['aws']).default('aws');
