import { replayEquality } from './metamorphic.ts';

// Many more are in metamorphic.long.test.ts.
await replayEquality(1);
