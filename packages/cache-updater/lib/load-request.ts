import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const loadRequestSchema = z.object({ service: z.string().check(z.minLength(1)) });

/** @throws InvalidInputError */
export const parseLoadRequest = (body: string): { service: string } =>
  parseJson(loadRequestSchema, body, {
    what: 'load request',
    hint: 'Requests come from the updater and the reconciler; see the port LoadRequests.',
  });
