import { MINUTE } from '../../src/core/time.ts';
import { soak } from './soak.ts';

await soak({ perSecond: 10_000, lengthMs: 10 * MINUTE });
