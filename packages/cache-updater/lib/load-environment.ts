import { name } from '@flaghoist/adapters/environment';
import * as z from 'zod/mini';
import { port, tls } from './environment.ts';

export const loadEnvironmentSchema = z.object({
  AWS_REGION: name,
  FLAGS_TABLE: name,
  VERIFICATION_TABLE: name,
  CACHE_HOST: name,
  CACHE_PORT: port,
  CACHE_TLS: tls,
});
