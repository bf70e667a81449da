import { join } from 'node:path';
import { type Defect, readDefects } from '@flaghoist/test-kit/plan-differences';

/** What moto is to blame for. */
export const emulatorDefects = (): readonly Defect[] => readDefects(join(__dirname, 'emulator-defects.yaml'));
