import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { z } from 'zod';
import type { StartMaintenance } from '../../../src/contract/http.ts';
import { lengthInWords } from '../format/age.ts';
import { pointName } from '../format/point-name.ts';
import { problemText } from '../format/problem.ts';
import { ApiFault, ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import type { Point } from '../state/points.ts';
import type { Say } from '../words/say.ts';

interface StartMaintenanceProps {
  readonly point: Point;
  readonly siteId: string;
  readonly onChange: () => void;
}

interface Fault {
  readonly code: string;
  readonly field: string | undefined;
}

/** Begun, or proposed: where orange or red stands a second person has to agree. */
const Made = z.object({ proposalId: z.string().optional() });

/** Lengths that are offered, in minutes. */
const LENGTHS = [30, 60, 120, 240, 480, 1440, 4320] as const;
const PATROL_EVERY = 60;

/** Puts a point in maintenance. */
export function StartMaintenanceButton(props: StartMaintenanceProps): JSX.Element {
  const words = say.value;
  const opened = useSignal(false);
  return (
    <div class="point-do">
      <button
        type="button"
        class="button button-quiet"
        onClick={() => {
          opened.value = true;
        }}
      >
        {words('work.start')}
      </button>
      {opened.value && (
        <StartDialog
          {...props}
          onClose={() => {
            opened.value = false;
          }}
        />
      )}
    </div>
  );
}

interface StartDialogProps extends StartMaintenanceProps {
  readonly onClose: () => void;
}

/** Asks why, for how long, and, for the last eye of a section, who looks instead. */
function StartDialog({ point, siteId, onChange, onClose }: StartDialogProps): JSX.Element {
  const words = say.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const fault = useSignal<Fault | undefined>(undefined);
  const sending = useSignal(false);
  const asksSubstitute = useSignal(false);
  const waits = useSignal(false);
  useEffect(() => dialog.current?.showModal(), []);

  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = bodyOf(new FormData(event.currentTarget as HTMLFormElement), point.point);
    sending.value = true;
    fault.value = undefined;
    try {
      const path = `/api/sites/${encodeURIComponent(siteId)}/maintenance`;
      const made = await ask(path, Made, { method: 'POST', body });
      onChange();
      waits.value = made.proposalId !== undefined;
      if (!waits.value) dialog.current?.close();
    } catch (error) {
      if (!noticeSignedOut(error)) {
        fault.value = { code: codeOf(error), field: error instanceof ApiFault ? error.field : undefined };
        if (fault.value.code === 'point/last-eye') asksSubstitute.value = true;
      }
    }
    sending.value = false;
  };

  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="work-start" onClose={onClose}>
      <form onSubmit={(event) => void start(event)}>
        <h2 id="work-start">{words('work.startTitle', { point: pointName(point.sensors, words) })}</h2>
        <p>{words('work.explain', { names: allNames(point, words) })}</p>
        <label>
          <span>{words('field.reason')}</span>
          <input name="reason" required maxLength={300} autoComplete="off" />
        </label>
        <label>
          <span>{words('field.minutes')}</span>
          <select name="minutes">
            {LENGTHS.map((minutes) => (
              <option key={minutes} value={minutes} selected={minutes === 60}>
                {lengthInWords(words, minutes * 60_000)}
              </option>
            ))}
          </select>
        </label>
        {asksSubstitute.value && <Substitute />}
        {waits.value && <p role="status">{words('work.waits')}</p>}
        <p class="fault" role="alert">
          {fault.value !== undefined && problemText(words, fault.value.code, fault.value.field)}
        </p>
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {words('release.cancel')}
          </button>
          <button type="submit" class="button button-strong" disabled={sending.value || waits.value}>
            {words('work.confirm')}
          </button>
        </div>
      </form>
    </dialog>
  );
}

const allNames = ({ sensors }: Point, words: Say): string =>
  sensors.map(({ name }) => name[words.language]).join(words('list.separator'));

function Substitute(): JSX.Element {
  const words = say.value;
  return (
    <>
      <label>
        <span>{words('field.substitute.who')}</span>
        <input name="who" required maxLength={80} autoComplete="off" />
      </label>
      <label>
        <span>{words('field.substitute.everyMinutes')}</span>
        <input name="everyMinutes" type="number" required min={5} max={1440} defaultValue={String(PATROL_EVERY)} />
      </label>
    </>
  );
}

function bodyOf(form: FormData, point: string): StartMaintenance {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const who = text('who');
  return {
    point,
    reason: text('reason'),
    minutes: Number(text('minutes')),
    ...(form.has('who') && { substitute: { who, everyMinutes: Number(text('everyMinutes')) } }),
  };
}
