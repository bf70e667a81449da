import { describeOutages } from './outages/describe-outages.ts';

describeOutages(0, 4);
