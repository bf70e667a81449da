import { withoutKeys } from '@flaghoist/plan-reading/address';
import { treeOf } from '@flaghoist/plan-reading/normalise-value';
import type { Plan } from '@flaghoist/plan-reading/plan';
import type { Change } from '@flaghoist/plan-reading/plan-schema';
import { secretMarks } from '@flaghoist/plan-reading/secret-marks';
import type { Tree } from '@flaghoist/plan-reading/tree';
import { type ClassifiedLeaf, classify } from './classify.ts';
import type { TwoPlans } from './looked.ts';

interface OutputDrift {
  readonly address: string;
  readonly leaves: readonly ClassifiedLeaf[];
}

/** Whether a resource that changed outside is among those that changed outputs are made from. */
const drifted = ({ resource_drift: drifts, relevant_attributes: relevant }: Plan): boolean => {
  const changed = new Set(drifts.map(({ address }) => withoutKeys(address)));
  return relevant.some(({ resource }) => changed.has(withoutKeys(resource)));
};

/**
 * Outputs: what was published, what reality gives by now, what the next apply will publish. Also a refresh computes outputs
 * by the merged configuration, so a new one, or one that no outside change can have reached, is pending.
 */
export const outputDrifts = ({ refresh, normal }: TwoPlans): readonly OutputDrift[] => {
  const outside = drifted(refresh);
  const names = new Set([...Object.keys(refresh.output_changes), ...Object.keys(normal.output_changes)]);
  return [...names].sort().map((name) => {
    const read = refresh.output_changes[name];
    const planned = normal.output_changes[name];
    const secret = secretMarks(
      [read, planned].flatMap((change) => [change?.before_sensitive, change?.after_sensitive]),
    );
    const tree = (value: unknown, unknown?: unknown): Tree => treeOf(value, { sensitive: secret(value), unknown });
    const recorded = tree((read ?? planned)?.before);
    const configured = planned === undefined ? undefined : tree(planned.after, planned.after_unknown);
    // Of what was deleted outside nothing can be computed before it is there again.
    const now = read === undefined || read.after_unknown === true ? recorded : tree(read.after, read.after_unknown);
    const isConfigured = () => true;
    const leaves =
      outside && isUpdate(read)
        ? classify({ recorded, now, configured, isConfigured })
        : classify({ recorded, now: recorded, configured: configured ?? now, isConfigured });
    return { address: `output.${name}`, leaves: leaves.map((leaf) => (leaf.path.length > 0 ? leaf : named(leaf))) };
  });
};

const isUpdate = (change: Change | undefined): boolean => change?.actions.includes('update') === true;

const named = (leaf: ClassifiedLeaf): ClassifiedLeaf => ({ ...leaf, path: [{ name: 'value' }] });
