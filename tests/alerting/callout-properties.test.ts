import { holdToPromises } from './callout-properties.ts';

holdToPromises({ numRuns: 100 });
