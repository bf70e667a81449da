/**
 * The URL of a queue, which is what its API wants, from the ARN, which is what everybody else has. Where requests go is said
 * by the client (`connectSqs`); of this only account and name count.
 *
 * @throws TypeError for what is not the ARN of a queue
 */
export const queueUrlOf = (arn: string): string => {
  const [prefix, partition, service, region, account, name, ...rest] = arn.split(':');
  if (prefix !== 'arn' || service !== 'sqs' || !region || !account || !name || rest.length > 0) {
    throw new TypeError(`not the ARN of a queue: ${arn}`);
  }
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://sqs.${region}.${domain}/${account}/${name}`;
};
