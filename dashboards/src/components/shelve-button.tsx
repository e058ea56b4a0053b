import type { JSX } from 'preact';
import type { ListedAlarm } from '../../../src/contract/alarms.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { ReasonDialog } from './reason-dialog.tsx';

interface ShelveButtonProps {
  readonly alarm: ListedAlarm;
  readonly siteId: string;
  readonly onChange: () => void;
}

/** Puts an alarm on the shelf for some hours; of one that has been orange or red it says that somebody else must agree. */
export function ShelveButton({ alarm, siteId, onChange }: ShelveButtonProps): JSX.Element {
  const words = say.value;
  const { target, shelfHoursAtMost: hours, secondPerson } = alarm;
  const path = `/api/sites/${encodeURIComponent(siteId)}/alarms/shelve`;
  return (
    <ReasonDialog
      action={words('alarms.shelve')}
      explain={words(secondPerson ? 'alarms.shelveSecond' : 'alarms.shelveExplain', { hours })}
      onReason={(reason, form) =>
        ask(path, null, { method: 'POST', body: { target, hours: Number(form.get('hours')), reason } })
      }
      onDone={onChange}
    >
      <label>
        <span>{words('alarms.hours')}</span>
        <input
          name="hours"
          type="number"
          required
          min={0.25}
          max={hours}
          step={0.25}
          defaultValue={String(Math.min(8, hours))}
        />
      </label>
    </ReasonDialog>
  );
}
