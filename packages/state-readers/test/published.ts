import type { Moto } from '@flaghoist/emulator/moto';

interface Published {
  readonly name: string;
  readonly type: string;
  /** A secure string in clear. */
  readonly value: string;
}

const signedFor = (service: string, region: string): string =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;

/** The parameters below a path on the emulator. */
export const parametersBelow = async (
  path: string,
  { endpoint }: Moto,
  region: string,
): Promise<readonly Published[]> => {
  const found: Published[] = [];
  let token: string | undefined;
  do {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        Authorization: signedFor('ssm', region),
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': 'AmazonSSM.GetParametersByPath',
      },
      body: JSON.stringify({ Path: path, Recursive: true, WithDecryption: true, NextToken: token }),
    });
    const { Parameters: page, NextToken: next } = await response.json();
    found.push(
      ...page.map(({ Name: name, Type: type, Value: value }: Record<string, string>) => ({ name, type, value })),
    );
    token = next;
  } while (token !== undefined && token !== null);
  return found;
};

/** The dashboards whose names begin so, as CloudWatch on the emulator lists them. */
export const dashboardsOf = async (prefix: string, { endpoint }: Moto, region: string): Promise<readonly string[]> => {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { Authorization: signedFor('monitoring', region) },
    body: new URLSearchParams({ Action: 'ListDashboards', Version: '2010-08-01', DashboardNamePrefix: prefix }),
  });
  return [...(await response.text()).matchAll(/<DashboardName>([^<]*)</g)].map(([, name = '']) => name);
};
