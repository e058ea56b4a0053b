import { replayEquality } from './metamorphic.ts';

await replayEquality(60);
