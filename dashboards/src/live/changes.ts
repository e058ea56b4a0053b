import { z } from 'zod';
import { ProposalView } from '../../../src/contract/proposals.ts';
import { usePolled } from './polled.ts';
import type { Polled } from './polled.ts';

const EVERY_MS = 15_000;

/** What waits for a second person at a site, and what became of the rest. */
export const useProposals = (siteId: string): Polled<ProposalView[]> =>
  usePolled(`/api/sites/${encodeURIComponent(siteId)}/proposals`, z.array(ProposalView), EVERY_MS);
