import type { EncodedOffers } from '@flaghoist/core/offers';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type ApplyPorts, createApplyBatch } from './apply-batch.ts';
import { createLoadBatch, type LoadBatchPorts } from './load-batch.ts';
import { createOfferChanges, type OfferPorts } from './offer-changes.ts';
import { parseOfferInput } from './offer-input.ts';
import { createReconcileCell, type ReconcilePorts, type ReconcileResult } from './reconcile-cell.ts';
import { parseReconcileInput } from './reconcile-input.ts';

export type BatchHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;
export type OfferHandler = (input: unknown) => Promise<EncodedOffers>;
export type ReconcileHandler = (input: unknown) => Promise<ReconcileResult>;

/** Messages of the services' queues, each an envelope, into the services' caches. */
export const createApplyHandler = (ports: ApplyPorts): BatchHandler => {
  const applyBatch = createApplyBatch(ports);
  return ({ Records }) => applyBatch(Records);
};

/** Requests `{"service": "…"}` for a full load. */
export const createLoadHandler = (ports: LoadBatchPorts): BatchHandler => {
  const loadBatch = createLoadBatch(ports);
  return ({ Records }) => loadBatch(Records);
};

/** The state Offer of verify-window: puts the newest revision before the caches that were found behind. */
export const createOfferHandler = (ports: OfferPorts): OfferHandler => {
  const offerChanges = createOfferChanges(ports);
  return async (input) => offerChanges(parseOfferInput(input));
};

/** The schedule's `{"cell": "cell-1"}`, every minute; with an `evaluator`, who publishes a topology asks which agents lack it. */
export const createReconcileHandler = (ports: ReconcilePorts): ReconcileHandler => {
  const reconcileCell = createReconcileCell(ports);
  return async (input) => reconcileCell(parseReconcileInput(input));
};
