import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { FindingView, PhotoView } from '../../../src/contract/findings.ts';
import type { ReportFinding } from '../../../src/contract/findings.ts';
import { ApiFault, ask, upload } from './api.ts';
import { clientKey } from './client-key.ts';
import { codeOf, noticeSignedOut } from './session.ts';
import { smallerPhoto } from './smaller-photo.ts';

const AGAIN_AFTER_MS = 5_000;

export type Reporting =
  | { readonly phase: 'open'; readonly fault?: { readonly code: string; readonly field: string | undefined } }
  /** `waits`: the line is down, and it is sent again by itself. */
  | { readonly phase: 'sending'; readonly waits: boolean }
  | { readonly phase: 'sent'; readonly unsent: readonly Blob[]; readonly findingId: string };

export interface FindingReport {
  readonly state: ReadonlySignal<Reporting>;
  send(asked: Omit<ReportFinding, 'clientKey'>, photos: readonly Blob[]): Promise<void>;
  sendPhotosAgain(): Promise<void>;
  stop(): void;
}

/**
 * One finding on its way to the server: under one key, however often it has to be sent, and again by itself while the line
 * is down. Its photos follow: nobody waits for them to be called.
 */
export function findingReport(siteId: string, onSent: () => void): FindingReport {
  const key = clientKey();
  const state = signal<Reporting>({ phase: 'open' });
  const stopped = new AbortController();

  async function reported(asked: Omit<ReportFinding, 'clientKey'>): Promise<FindingView | null> {
    const path = `/api/sites/${encodeURIComponent(siteId)}/findings`;
    while (!stopped.signal.aborted) {
      try {
        return await ask(path, FindingView, { method: 'POST', body: { ...asked, clientKey: key } });
      } catch (error) {
        if (noticeSignedOut(error)) return null;
        if (!mayPass(error)) {
          state.value = { phase: 'open', fault: { code: codeOf(error), field: fieldIn(error) } };
          return null;
        }
        state.value = { phase: 'sending', waits: true };
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
      }
    }
    return null;
  }

  async function photosTo(findingId: string, photos: readonly Blob[]): Promise<void> {
    const unsent: Blob[] = [];
    for (const photo of photos) {
      const sent = upload(`/api/findings/${findingId}/photos`, PhotoView, await smallerPhoto(photo));
      await sent.catch(() => unsent.push(photo));
    }
    state.value = { phase: 'sent', unsent, findingId };
    onSent();
  }

  return {
    state,
    async send(asked, photos) {
      state.value = { phase: 'sending', waits: false };
      const finding = await reported(asked);
      if (finding === null) return;
      state.value = { phase: 'sent', unsent: [], findingId: finding.findingId };
      onSent();
      await photosTo(finding.findingId, photos);
    },
    async sendPhotosAgain() {
      if (state.value.phase === 'sent') await photosTo(state.value.findingId, state.value.unsent);
    },
    stop: () => stopped.abort(),
  };
}

/** What time may mend: no line, or a server that is away. */
const mayPass = (error: unknown): boolean => error instanceof ApiFault && (error.status === 0 || error.status >= 500);

const fieldIn = (error: unknown): string | undefined => (error instanceof ApiFault ? error.field : undefined);
