import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { SavedGroup, WrittenGroup } from '../../../src/contract/evacuation.ts';
import type { EvacuationGroupView } from '../../../src/contract/evacuation.ts';
import { membersOf, rowsOfText, textOfMembers } from '../../../src/contract/member-sheet.ts';
import type { TextFault } from '../../../src/core/errors.ts';
import { GROUP_KINDS } from '../../../src/core/evacuation.ts';
import { problemText } from '../format/problem.ts';
import { ApiFault, ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

interface EditProps {
  readonly siteId: string;
  /** None: a new one. */
  readonly group: EvacuationGroupView | undefined;
  readonly onClose: () => void;
}

/** One list: its name and way, and its people as rows of a text, which a file may fill. */
export function EditEvacuationGroup({ siteId, group, onClose }: EditProps): JSX.Element {
  const words = say.value;
  const list = useSignal(textOfMembers(group?.members ?? []));
  const faults = useSignal<readonly TextFault[]>([]);
  const fault = useSignal<{ readonly code: string; readonly field: string | undefined } | undefined>(undefined);
  const sending = useSignal(false);
  const isWaiting = useSignal(false);

  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    fault.value = undefined;
    const sheet = membersOf(rowsOfText(list.value));
    faults.value = sheet.faults;
    if (sheet.faults.length > 0) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const parsed = WrittenGroup.safeParse({
      name: { zh: text('zh'), en: text('en') },
      kind: text('kind'),
      route: text('route'),
      assembly: text('assembly'),
      members: sheet.members,
    });
    // Somebody stands on the list twice: the first row names the columns.
    faults.value = (parsed.error?.issues ?? []).map(({ path, message }) => ({
      line: Number(path[1] ?? 0) + 2,
      column: 1,
      path: String(path[0] ?? ''),
      message,
    }));
    if (!parsed.success) return;
    sending.value = true;
    try {
      const id = group?.groupId ?? text('id');
      const path = `/api/sites/${encodeURIComponent(siteId)}/evacuation-groups/${encodeURIComponent(id)}`;
      const { waits } = await ask(path, SavedGroup, { method: 'PUT', body: parsed.data });
      if (waits === null) onClose();
      else isWaiting.value = true;
    } catch (error) {
      if (!noticeSignedOut(error))
        fault.value = { code: codeOf(error), field: error instanceof ApiFault ? error.field : undefined };
    }
    sending.value = false;
  };

  return (
    <Dialog wide title={group?.name[words.language] ?? words('evacuation.newGroup')} onClose={onClose}>
      <form onSubmit={(event) => void save(event)}>
        {group === undefined && (
          <Field label={words('evacuation.groupId')} name="id" required pattern="[a-z0-9][a-z0-9\-]*" maxLength={40} />
        )}
        <Field label={words('field.name.zh')} name="zh" required maxLength={80} defaultValue={group?.name.zh ?? ''} />
        <Field label={words('field.name.en')} name="en" required maxLength={80} defaultValue={group?.name.en ?? ''} />
        <label>
          <span>{words('evacuation.kind')}</span>
          <select name="kind" defaultValue={group?.kind ?? 'households'}>
            {GROUP_KINDS.map((kind) => (
              <option key={kind} value={kind} selected={kind === (group?.kind ?? 'households')}>
                {words(`groupKind.${kind}`)}
              </option>
            ))}
          </select>
        </label>
        <Field label={words('field.route')} name="route" required maxLength={200} defaultValue={group?.route ?? ''} />
        <Field
          label={words('field.assembly')}
          name="assembly"
          required
          maxLength={120}
          defaultValue={group?.assembly ?? ''}
        />
        <label>
          <span>{words('evacuation.import')}</span>
          <input
            type="file"
            accept=".csv,.txt,.tsv"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file !== undefined) void readSheet(file).then((text) => (list.value = text));
            }}
          />
        </label>
        <label>
          <span>{words('field.members')}</span>
          <textarea
            class="number"
            rows={12}
            wrap="off"
            value={list.value}
            onInput={(event) => (list.value = event.currentTarget.value)}
          />
        </label>
        {isWaiting.value && <p role="status">{words('evacuation.waits')}</p>}
        <div class="fault" role="alert">
          {fault.value !== undefined && problemText(words, fault.value.code, fault.value.field)}
          {faults.value.length > 0 && (
            <>
              {words('evacuation.faults', { count: faults.value.length })}
              <ul>
                {faults.value.slice(0, 20).map(({ line, column, path, message }) => (
                  <li key={`${String(line)}:${String(column)} ${message}`}>
                    {words('evacuation.fault', { line, column, path, message })}
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
        <div class="dialog-buttons">
          <button type="submit" class="button button-strong" disabled={sending.value || isWaiting.value}>
            {words('evacuation.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** A file of a spreadsheet: UTF-8, else what Chinese spreadsheets save. */
async function readSheet(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
