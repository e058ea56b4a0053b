import { holdToPromises } from './callout-properties.ts';

// The quick twin lives through 200 histories of each, other ones every time.
holdToPromises({ numRuns: 20_000, seed: 20_260_701 });
