import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { ReportFile } from '../../../src/contract/report-files.ts';
import { FILE_TYPES } from '../../../src/core/file-type.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { upload } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now } from '../live/site-watch.ts';
import { Field } from './field.tsx';

interface FilesProps {
  readonly calloutId: string;
  readonly files: readonly ReportFile[];
  readonly overview: SiteOverview;
  readonly onChange: () => void;
}

/** What was added to a report: played and shown where it stands, taken away, and added to. */
export function ReportFiles({ calloutId, files, overview, onChange }: FilesProps): JSX.Element {
  const words = say.value;
  return (
    <section class="report-files">
      <h4>{words('files.title')}</h4>
      {files.length === 0 && <p class="quiet">{words('files.none')}</p>}
      <ul>
        {files.map((file) => (
          <li key={file.fileId}>
            <strong>{file.name}</strong> {file.note}
            <small class="quiet">
              {words('files.line', {
                size: sizeText(file.size),
                person: file.addedBy,
                time: moment(file.addedAt, now.value, overview.timeZone, words.language),
              })}{' '}
              <a href={pathOf(file)} download={file.name}>
                {words('files.take')}
              </a>
            </small>
            <Player file={file} />
          </li>
        ))}
      </ul>
      {may('report/attach', overview.siteId) && <AddFile calloutId={calloutId} onAdded={onChange} />}
    </section>
  );
}

const pathOf = ({ fileId }: ReportFile): string => `/api/files/${fileId}`;

function Player({ file }: { readonly file: ReportFile }): JSX.Element | null {
  const [kind] = file.mediaType.split('/');
  const src = pathOf(file);
  if (kind === 'audio') return <audio controls preload="metadata" src={src} aria-label={file.name} />;
  if (kind === 'video') return <video controls preload="metadata" src={src} aria-label={file.name} />;
  if (kind === 'image') return <img loading="lazy" src={src} alt={file.note || file.name} />;
  return null;
}

interface AddProps {
  readonly calloutId: string;
  readonly onAdded: () => void;
}

function AddFile({ calloutId, onAdded }: AddProps): JSX.Element {
  const words = say.value;
  const sending = useSignal(false);
  const fault = useSignal<string | undefined>(undefined);
  const add = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form);
    const [file, note] = [given.get('file'), given.get('note')];
    if (!(file instanceof File)) return;
    sending.value = true;
    fault.value = undefined;
    try {
      const asked = new URLSearchParams({ name: file.name.slice(-120) });
      if (typeof note === 'string' && note.trim() !== '') asked.set('note', note.trim());
      // What kind it is the server tells by its bytes: what a browser believes differs from one to the next.
      const raw = new Blob([file], { type: 'application/octet-stream' });
      await upload(`/api/callouts/${calloutId}/files?${asked.toString()}`, ReportFile, raw);
      form.reset();
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = codeOf(error);
    }
    sending.value = false;
    onAdded();
  };
  return (
    <form
      class="form report-add"
      onSubmit={(event) => {
        event.preventDefault();
        void add(event.currentTarget);
      }}
    >
      <Field
        label={words('files.choose')}
        hint={words('files.chooseHint')}
        name="file"
        type="file"
        required
        accept={FILE_TYPES.join(',')}
      />
      <Field label={words('files.note')} name="note" maxLength={300} autoComplete="off" />
      <button type="submit" class="button" disabled={sending.value}>
        {words(sending.value ? 'files.adding' : 'files.add')}
      </button>
      <p class="fault" role="alert">
        {fault.value !== undefined && problemText(words, fault.value)}
      </p>
    </form>
  );
}

/** In units that people know, never as 0. */
function sizeText(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)} B`;
  if (bytes < 1024 * 1024) return `${String(Math.round(bytes / 1024))} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
