import { CURRENT_SK, flagPk } from '@flaghoist/core/storage/keys';
import { upstreamFlagsIn } from '@flaghoist/core/upstream';
import { InMemoryApprovalStore, InMemoryGivenApprovals } from '../lib/approval-store.ts';
import { changesTable, InMemoryChangeStore } from '../lib/change-store.ts';
import { InMemoryFlagStore } from '../lib/flag-store.ts';
import { InMemoryHomeStore } from '../lib/home-store.ts';
import { InMemoryPendingProposals, InMemoryProposalStore, proposalsTable } from '../lib/proposal-store.ts';
import { Table } from '../lib/table.ts';
import { InMemoryTopologyStore } from '../lib/topology-store.ts';
import { InMemoryTrailStore } from '../lib/trail-store.ts';
import { InMemoryVerificationStore } from '../lib/verification-store.ts';
import { VirtualScheduler } from '../lib/virtual-scheduler.ts';
import { approvalStoreConformance } from './conformance/approval-store.ts';
import { type ChangeStoreUnderTest, changeStoreConformance } from './conformance/change-store.ts';
import { factsConformance } from './conformance/facts.ts';
import { flagStoreConformance } from './conformance/flag-store.ts';
import { homeStoreConformance } from './conformance/home-store.ts';
import { proposalStoreConformance } from './conformance/proposal-store.ts';
import { takeOverStoreConformance } from './conformance/take-over-store.ts';
import { topologyStoreConformance } from './conformance/topology-store.ts';
import { trailStoreConformance } from './conformance/trail-store.ts';
import { upstreamFlagsConformance } from './conformance/upstream-flags.ts';
import { verificationStoreConformance } from './conformance/verification-store.ts';

const tables = () => {
  const clock = new VirtualScheduler();
  const region = 'eu-west-1';
  return { flags: new Table({ name: 'flags', region, clock }), changes: changesTable({ region, clock }) };
};

describe('InMemoryFlagStore', () => {
  flagStoreConformance(async () => {
    const both = tables();
    return {
      flags: new InMemoryFlagStore(both.flags),
      changes: new InMemoryChangeStore(both),
      writeForeignCurrent: async (flagKey, attributes) => {
        both.flags.put({ ...attributes, pk: flagPk(flagKey), sk: CURRENT_SK });
      },
    };
  });
});

const home = async (): Promise<ChangeStoreUnderTest> => {
  const both = tables();
  return {
    flags: new InMemoryFlagStore(both.flags),
    changes: new InMemoryChangeStore(both),
    writeForeign: async (item) => {
      both.changes.put(item);
    },
  };
};

describe('InMemoryChangeStore', () => {
  changeStoreConformance(home);
});

describe('in memory, facts of other flags', () => {
  factsConformance(home);
});

describe('InMemoryChangeStore, taking over', () => {
  takeOverStoreConformance(async () => {
    const both = tables();
    return { flags: new InMemoryFlagStore(both.flags), changes: new InMemoryChangeStore(both) };
  });
});

describe('InMemoryTopologyStore', () => {
  topologyStoreConformance(async () => {
    const { flags } = tables();
    return { store: new InMemoryTopologyStore(flags), writeForeign: async (item) => void flags.put(item) };
  });
});

describe('InMemoryTrailStore', () => {
  trailStoreConformance(async () => {
    const both = tables();
    return {
      changes: new InMemoryChangeStore(both),
      trail: new InMemoryTrailStore(both.changes),
      writeForeign: async (item) => {
        both.changes.put(item);
      },
    };
  });
});

describe('InMemoryHomeStore', () => {
  homeStoreConformance(async () => new InMemoryHomeStore(tables().flags));
});

describe('InMemoryProposalStore', () => {
  proposalStoreConformance(async () => {
    const clock = new VirtualScheduler();
    const proposals = proposalsTable({ region: 'eu-west-1', clock });
    return {
      home: new InMemoryPendingProposals(proposals),
      authorWith: (principal) => new InMemoryProposalStore({ proposals, principal, clock }),
      writeForeign: async (item) => {
        proposals.put(item);
      },
    };
  });
});

describe('InMemoryApprovalStore', () => {
  approvalStoreConformance(async () => {
    const { flags, changes } = tables();
    const proposals = proposalsTable({ region: 'eu-west-1', clock: new VirtualScheduler() });
    return {
      home: new InMemoryGivenApprovals({ proposals, changes }),
      changes: new InMemoryChangeStore({ flags, changes }),
      storeOf: (principal) => new InMemoryApprovalStore({ proposals, principal }),
      overwrite: async (item) => {
        proposals.put(item);
      },
    };
  });
});

describe('InMemoryVerificationStore', () => {
  verificationStoreConformance(async () => {
    const store = new InMemoryVerificationStore({ clock: new VirtualScheduler() });
    return { store, writeForeign: async (item) => store.writeForeign(item) };
  });
});

describe('upstream flags in memory', () => {
  upstreamFlagsConformance(async () => {
    const both = tables();
    const changes = new InMemoryChangeStore(both);
    const home = new InMemoryHomeStore(both.flags);
    return { changes, upstream: upstreamFlagsIn({ changes, flags: new InMemoryFlagStore(both.flags), home }) };
  });
});
