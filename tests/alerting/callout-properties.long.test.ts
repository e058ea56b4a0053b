import { holdToPromises } from './callout-properties.ts';

// The quick twin lives through 100 histories of each, other ones every time.
holdToPromises({ numRuns: 20_000, seed: 20_260_701 });
