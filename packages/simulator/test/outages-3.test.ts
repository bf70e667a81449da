import { describeOutages } from './outages/describe-outages.ts';

describeOutages(2, 4);
