import type { JSX } from 'preact';
import type { RosterView } from '../../../src/contract/roster.ts';
import { instantOf } from '../../../src/core/zone.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { changeRoster } from '../live/roster.ts';
import { rotationName, turnsOf } from '../state/roster.ts';
import { PersonSelect, RosterForm, When } from './roster-form.tsx';

interface ExceptionsProps {
  readonly siteId: string;
  readonly timeZone: string;
  readonly roster: RosterView;
  readonly onChange: () => void;
}

/** Buttons for what differs from the plan: absence, swap, override. */
export function RosterExceptions({ siteId, timeZone, roster, onChange }: ExceptionsProps): JSX.Element {
  const words = say.value;
  const at = (typed: string): number => instantOf(typed.slice(0, 10), typed.slice(11, 16), timeZone);
  const maybeAt = (typed: string): number | undefined => (typed === '' ? undefined : at(typed));
  const { plan, people } = roster;
  const mayEdit = may('roster/edit', siteId);
  const own = people.filter((person) => person.own);
  return (
    <div class="roster-do">
      {may('roster/ask', siteId) && (mayEdit || own.length > 0) && (
        <RosterForm
          title={words('roster.absent')}
          onDone={onChange}
          onSend={(text) =>
            changeRoster(siteId, '/absences', {
              contactId: text('contactId'),
              from: at(text('from')),
              until: at(text('until')),
              ...(text('standIn') !== '' && { standIn: text('standIn') }),
              note: text('note'),
            })
          }
        >
          <PersonSelect label={words('field.contactId')} name="contactId" people={mayEdit ? people : own} />
          <When label={words('field.from')} name="from" />
          <When label={words('field.until')} name="until" />
          <PersonSelect label={words('field.standIn')} name="standIn" people={people} none={words('roster.next')} />
          <Note />
        </RosterForm>
      )}
      {may('roster/ask', siteId) && own.length > 0 && plan.rotations.length > 0 && (
        <RosterForm
          title={words('roster.askSwap')}
          onDone={onChange}
          onSend={(text) =>
            changeRoster(siteId, '/swaps', {
              rotationId: text('rotationId'),
              other: text('other'),
              givesFrom: at(text('givesFrom')),
              givesUntil: at(text('givesUntil')),
              takesFrom: maybeAt(text('takesFrom')),
              takesUntil: maybeAt(text('takesUntil')),
              note: text('note'),
            })
          }
        >
          <RotationSelect roster={roster} />
          <PersonSelect label={words('field.other')} name="other" people={people.filter((person) => !person.own)} />
          <When label={words('field.givesFrom')} name="givesFrom" />
          <When label={words('field.givesUntil')} name="givesUntil" />
          <When label={words('field.takesFrom')} name="takesFrom" required={false} />
          <When label={words('field.takesUntil')} name="takesUntil" required={false} />
          <Note required={false} />
        </RosterForm>
      )}
      {mayEdit && plan.rotations.length > 0 && (
        <RosterForm
          title={words('roster.override')}
          onDone={onChange}
          onSend={(text) =>
            changeRoster(siteId, '/overrides', {
              rotationId: text('rotationId'),
              from: at(text('from')),
              until: at(text('until')),
              people: turnsOf(text('people'), roster).flat(),
              note: text('note'),
            })
          }
        >
          <RotationSelect roster={roster} />
          <When label={words('field.from')} name="from" />
          <When label={words('field.until')} name="until" />
          <label>
            <span>{words('field.people')}</span>
            <input name="people" required list="roster-people" autoComplete="off" />
          </label>
          <datalist id="roster-people">
            {people.map(({ contactId, name }) => (
              <option key={contactId} value={name[words.language]} />
            ))}
          </datalist>
          <Note />
        </RosterForm>
      )}
    </div>
  );
}

const Note = ({ required = true }: { readonly required?: boolean }): JSX.Element => (
  <label>
    <span>{say.value('field.note')}</span>
    <input name="note" required={required} maxLength={300} autoComplete="off" />
  </label>
);

const RotationSelect = ({ roster }: { readonly roster: RosterView }): JSX.Element => (
  <label>
    <span>{say.value('field.rotationId')}</span>
    <select name="rotationId">
      {roster.plan.rotations.map(({ id }) => (
        <option key={id} value={id}>
          {rotationName(roster, id)}
        </option>
      ))}
    </select>
  </label>
);
