import { runApplication } from '../support/javascript-application.ts';
import { officialProviders } from '../support/official-providers.ts';

await runApplication(officialProviders(process.argv.slice(2)));
