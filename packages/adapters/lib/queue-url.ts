/**
 * The URL of a queue, which is what its API wants, from the ARN, which is what everybody else has. The SDK sends the
 * request to the URL's host, so an emulator's address belongs here and not only into the client.
 *
 * @throws TypeError for what is not the ARN of a queue
 */
export const queueUrlOf = (arn: string, endpoint?: string): string => {
  const [prefix, , service, region, account, name, ...rest] = arn.split(':');
  if (prefix !== 'arn' || service !== 'sqs' || !region || !account || !name || rest.length > 0) {
    throw new TypeError(`not the ARN of a queue: ${arn}`);
  }
  const host = endpoint?.replace(/\/$/, '') ?? `https://sqs.${region}.amazonaws.com`;
  return `${host}/${account}/${name}`;
};
