import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { LookView } from '../../../src/contract/lines.ts';
import type { LineView } from '../../../src/contract/lines.ts';
import { ageInWords } from '../format/age.ts';
import { problemText } from '../format/problem.ts';
import { INSTRUMENT_PATIENCE_MS, ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now } from '../live/site-watch.ts';
import { Dialog } from './dialog.tsx';

interface LineLookProps {
  readonly line: LineView;
  readonly siteId: string;
  readonly onClose: () => void;
}

const PAUSE_MS = 2000;

/** The newest raw value of each place that a line reads, again and again while it is open. */
export function LineLook({ line, siteId, onClose }: LineLookProps): JSX.Element {
  const words = say.value;
  const seen = useSignal<LookView['raw'] | undefined>(undefined);
  const fault = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The next is asked for when this one has been answered: a slow line is never asked twice at once.
    const look = async (): Promise<void> => {
      try {
        const path = `/api/sites/${encodeURIComponent(siteId)}/lines/look`;
        const { raw } = await ask(path, LookView, {
          method: 'POST',
          body: { lineName: line.line },
          signal: end.signal,
          patienceMs: INSTRUMENT_PATIENCE_MS,
        });
        seen.value = raw;
        fault.value = undefined;
      } catch (error) {
        if (end.signal.aborted || noticeSignedOut(error)) return;
        fault.value = codeOf(error);
      }
      if (!end.signal.aborted) timer = setTimeout(() => void look(), PAUSE_MS);
    };
    void look();
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, [siteId, line.line]);
  return (
    <Dialog title={words('lineLook.title', { line: line.line })} wide onClose={onClose}>
      <p class="quiet">{words('lineLook.explain')}</p>
      {fault.value !== undefined && (
        <p class="fault" role="alert">
          {problemText(words, fault.value)}
        </p>
      )}
      {seen.value === undefined && fault.value === undefined && <p>{words('app.loading')}</p>}
      {seen.value?.length === 0 && <p>{words('lineLook.none')}</p>}
      {seen.value !== undefined && seen.value.length > 0 && <RawTable raw={seen.value} />}
    </Dialog>
  );
}

const COLUMNS = ['at', 'raw', 'value', 'sensor', 'age'] as const;

function RawTable({ raw }: { readonly raw: LookView['raw'] }): JSX.Element {
  const words = say.value;
  return (
    <div class="source-scroll" tabIndex={0}>
      <table class="raw-table">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {words(`lineLook.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {raw.map((one) => (
            <tr key={`${one.device ?? ''} ${one.at} ${one.sensorCode ?? ''}`}>
              <th scope="row">{[...(one.device === undefined ? [] : [one.device]), one.at].join(' · ')}</th>
              <td>
                <code>{one.raw}</code>
              </td>
              <td class="number">{one.value ?? '—'}</td>
              <td>{one.sensorCode ?? '—'}</td>
              <td>{ageInWords(words, now.value - one.receivedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
