import { describeOutages } from './outages/describe-outages.ts';

describeOutages(1, 4);
