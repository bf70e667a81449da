import type { EnvironmentRecord } from '@flaghoist/stack-outputs/environment-record';
import type { FleetRecord } from '@flaghoist/stack-outputs/fleet-record';
import { type NamingContext, nameOf } from '@flaghoist/stack-outputs/naming';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import { Dashboard } from '@pulumi/aws/cloudwatch/dashboard.js';
import { Provider } from '@pulumi/aws/provider.js';
import { dashboardBody } from './dashboard.ts';

/** Makes the dashboard of all environments. CloudWatch gives dashboards no tags. */
export const publishDashboard = (
  records: readonly EnvironmentRecord[],
  record: FleetRecord,
  { context, role }: { readonly context: NamingContext; readonly role: string },
): Dashboard => {
  const { region } = context;
  const provider = new Provider('dashboard', { region, assumeRoles: [{ roleArn: role }] });
  const { metrics } = shippedWiring();
  return new Dashboard(
    'environments',
    {
      dashboardName: nameOf(context, { type: 'dashboard', qualifier: 'environments' }),
      dashboardBody: dashboardBody(records, record, { metrics, region }),
    },
    { provider },
  );
};
