import { holdToPromises } from './callout-properties.ts';

holdToPromises({ numRuns: 200 });
