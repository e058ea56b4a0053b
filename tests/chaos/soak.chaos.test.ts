import { SECOND } from '../../src/core/time.ts';
import { soak } from './soak.ts';

// The ten minutes are in soak.long.test.ts.
await soak({ perSecond: 5_000, lengthMs: 8 * SECOND });
