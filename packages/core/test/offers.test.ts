import { decodeOffers, encodeOffers, type FlagOffer, NO_OFFERS, offersSchema } from '../lib/offers.ts';
import type { OfferAnswer } from '../lib/verdict.ts';

const offerOf = (flagKey: string, answers: Record<string, OfferAnswer>): FlagOffer => ({
  flagKey,
  order: { epoch: 1, revision: 2 },
  bytes: 10,
  answers: new Map(Object.entries(answers)),
});

it('offers come out of the workflow as they went in, each kind of answer', () => {
  const offers = [
    offerOf('b', { billing: 'taken', search: { refused: 'OOM' }, ledger: { refused: 'READONLY' } }),
    offerOf('a', { billing: 'silent', mailer: 'incomplete', search: { refused: 'OOM' } }),
  ];
  const keys = ['a', 'a', 'b'];
  const encoded = offersSchema.parse(JSON.parse(JSON.stringify(encodeOffers(offers, keys))));
  expect(decodeOffers(encoded, keys)).toEqual(new Map(offers.map((offer) => [offer.flagKey, offer])));
});

it('no offers are none', () => {
  expect(encodeOffers([], ['a'])).toEqual(NO_OFFERS);
  expect(decodeOffers(NO_OFFERS, ['a']).size).toBe(0);
});
