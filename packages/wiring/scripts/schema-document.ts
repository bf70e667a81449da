import * as z from 'zod/mini';
import { wiringSchema } from '../lib/schema.ts';

/** `lib/wiring.schema.json`: what editors check the plan against. */
export const schemaJson = (): string => `${JSON.stringify(z.toJSONSchema(wiringSchema, { io: 'input' }), null, 2)}\n`;
