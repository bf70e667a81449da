import { InMemoryLoadRequests, loadRequestsThrough } from '@flaghoist/in-memory/load-requests';

describe('load requests', () => {
  it('are remembered in their order', async () => {
    const loads = new InMemoryLoadRequests();
    await loads.request('payments');
    await loads.request('billing');
    expect(loads.requested).toEqual(['payments', 'billing']);
  });

  it('go through a queue in the form that the loader reads', async () => {
    const bodies: string[] = [];
    await loadRequestsThrough({ send: (body) => bodies.push(body) }).request('payments');
    expect(bodies).toEqual(['{"service":"payments"}']);
  });
});
