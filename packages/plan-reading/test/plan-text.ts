/** A plan as `terraform show -json` writes it: what every plan has, and what is given. */
export const planText = (members: object): string =>
  JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', ...members });

export const resource = (address: string, mode = 'managed') => ({ address, mode, type: 'aws_x' });
