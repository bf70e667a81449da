import { callerOf } from '@flaghoist/drift/caller';
import { needs } from '@flaghoist/tools/needs';
import { type Moto, motoPython, startMoto } from '../lib/moto.ts';
import { assume } from './state-backend.ts';

const { describe, it } = needs(motoPython, process.env);

describe('who has taken on a role that nobody made', () => {
  const region = 'eu-west-1';
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto('444444444444');
  });

  afterAll(() => moto?.stop());

  const callerIn = async (role: string): Promise<string> => {
    const key = await assume(moto, `arn:aws:iam::111111111111:role/${role}`, region);
    return callerOf({ ...moto.variables, AWS_ACCESS_KEY_ID: key }, region);
  };

  it('is the same each time, and somebody else in another role', async () => {
    const [once, again, other] = [await callerIn('one'), await callerIn('one'), await callerIn('other')];
    expect(once).toMatch(/^AROA[A-Z0-9]{12,}:test$/);
    expect(again).toBe(once);
    expect(other).not.toBe(once);
  });
});
