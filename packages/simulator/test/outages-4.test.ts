import { describeOutages } from './outages/describe-outages.ts';

describeOutages(3, 4);
