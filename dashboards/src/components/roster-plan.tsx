import type { JSX } from 'preact';
import type { RosterPlan as Plan, RosterView } from '../../../src/contract/roster.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { changeRoster, rosterPath } from '../live/roster.ts';
import { holidaysOf, holidaysText, personName, turnsOf, turnsText, withRotation } from '../state/roster.ts';
import { sayName } from '../words/say.ts';
import { Field } from './field.tsx';
import { PersonSelect, RosterForm } from './roster-form.tsx';

interface PlanProps {
  readonly siteId: string;
  readonly roster: RosterView;
  readonly onChange: () => void;
}

type Rotation = Plan['rotations'][number];

/** The plan: rotations with their people, holidays, whose account is whose, and the workbook. */
export function RosterPlan({ siteId, roster, onChange }: PlanProps): JSX.Element {
  const words = say.value;
  const { plan, version } = roster;
  const mayEdit = may('roster/edit', siteId);
  const save = (changed: Plan) => changeRoster(siteId, '', { ...changed, baseVersion: version });
  return (
    <section class="panel changes" aria-labelledby="plan-title">
      <h2 id="plan-title">{words('roster.plan')}</h2>
      {plan.rotations.length === 0 && <p>{words('roster.noPlan')}</p>}
      <ol>
        {plan.rotations.map((rotation) => (
          <li key={rotation.id} class="change">
            <div class="change-head">
              <strong>{rotation.name}</strong>
              <span>{sayName(words, 'duty', rotation.duty)}</span>
              <span>{patternText(rotation)}</span>
            </div>
            <p>
              {rotation.turns
                .map((turn) => turn.map((id) => personName(roster, id, words.language)).join('＋'))
                .join(' → ')}
            </p>
            {mayEdit && (
              <div class="change-do">
                <RosterForm
                  title={words('roster.edit')}
                  onDone={onChange}
                  onSend={(text) => save(withRotation(plan, rotationFrom(text, roster, rotation.id)))}
                >
                  <RotationFields roster={roster} rotation={rotation} />
                </RosterForm>
                <RosterForm
                  title={words('roster.remove')}
                  onDone={onChange}
                  onSend={() => save({ ...plan, rotations: plan.rotations.filter(({ id }) => id !== rotation.id) })}
                >
                  <p>{words('roster.removeExplain', { name: rotation.name })}</p>
                </RosterForm>
              </div>
            )}
          </li>
        ))}
      </ol>
      {mayEdit && (
        <div class="roster-do">
          <RosterForm
            title={words('roster.add')}
            onDone={onChange}
            onSend={(text) => save(withRotation(plan, rotationFrom(text, roster, text('id'))))}
          >
            <Field label={words('roster.id')} name="id" required pattern="[a-z0-9][a-z0-9\-]*" maxLength={40} />
            <RotationFields roster={roster} />
          </RosterForm>
          <RosterForm
            title={words('field.holidays')}
            onDone={onChange}
            onSend={(text) => save({ ...plan, holidays: holidaysOf(text('holidays')) })}
          >
            <label>
              <span>{words('roster.holidaysHint')}</span>
              <textarea name="holidays" rows={12} defaultValue={holidaysText(plan.holidays)} />
            </label>
          </RosterForm>
          <RosterForm
            title={words('field.accounts')}
            onDone={onChange}
            onSend={(text) => {
              const accounts = roster.people.flatMap(({ contactId }) =>
                text(contactId) === '' ? [] : [[contactId, text(contactId)] as const],
              );
              const { responsible: _former, ...kept } = plan;
              const responsible = text('responsible');
              return save({
                ...kept,
                accounts: Object.fromEntries(accounts),
                ...(responsible !== '' && { responsible }),
              });
            }}
          >
            <p class="quiet">{words('roster.accountsExplain')}</p>
            {roster.people.map(({ contactId, name }) => (
              <Field
                key={contactId}
                label={name[words.language]}
                name={contactId}
                maxLength={80}
                defaultValue={plan.accounts[contactId] ?? ''}
              />
            ))}
            <PersonSelect
              label={words('field.responsible')}
              name="responsible"
              people={roster.people}
              none={words('roster.responsibleDefault')}
            />
          </RosterForm>
          <ImportWorkbook siteId={siteId} version={version} onChange={onChange} />
        </div>
      )}
      <p>
        <a class="button" href={`${rosterPath(siteId)}/workbook`} download>
          {words('roster.export')}
        </a>
      </p>
    </section>
  );
}

function patternText({ pattern, handOver, until }: Rotation): string {
  const words = say.value;
  const length =
    pattern.kind === 'on-off'
      ? words('pattern.onOff', { on: pattern.on, off: pattern.off })
      : sayName(words, 'pattern', pattern.kind);
  return `${length} · ${handOver}${until === undefined ? '' : `–${until}`}`;
}

/** What the form of a rotation says. */
function rotationFrom(text: (name: string) => string, roster: RosterView, id: string): Rotation {
  const kind = text('pattern');
  const optional = (name: 'until' | 'lastDay') => (text(name) === '' ? {} : { [name]: text(name) });
  const holidayTurns = turnsOf(text('holidayTurns'), roster);
  return {
    id,
    name: text('name'),
    duty: text('duty'),
    // The server refuses what is none.
    pattern: (kind === 'on-off'
      ? { kind, on: Number(text('on')), off: Number(text('off')) }
      : { kind }) as Rotation['pattern'],
    handOver: text('handOver'),
    firstDay: text('firstDay'),
    ...optional('until'),
    ...optional('lastDay'),
    turns: turnsOf(text('turns'), roster),
    ...(holidayTurns.length > 0 && { holidayTurns }),
  };
}

function RotationFields({
  roster,
  rotation,
}: {
  readonly roster: RosterView;
  readonly rotation?: Rotation;
}): JSX.Element {
  const words = say.value;
  const pattern = rotation?.pattern;
  const named = (turns: readonly (readonly string[])[] = []): string =>
    turnsText(turns.map((turn) => turn.map((id) => personName(roster, id, words.language))));
  return (
    <>
      <Field label={words('roster.name')} name="name" required maxLength={80} defaultValue={rotation?.name ?? ''} />
      <label>
        <span>{words('roster.duty')}</span>
        <select name="duty">
          {roster.duties.map((duty) => (
            <option key={duty} value={duty} selected={duty === rotation?.duty}>
              {sayName(words, 'duty', duty)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words('roster.pattern')}</span>
        <select name="pattern">
          {(['daily', 'weekly', 'on-off'] as const).map((kind) => (
            <option key={kind} value={kind} selected={kind === pattern?.kind}>
              {words(`pattern.${kind}`)}
            </option>
          ))}
        </select>
      </label>
      <Field
        label={words('roster.on')}
        name="on"
        type="number"
        min={1}
        max={90}
        defaultValue={String(pattern?.kind === 'on-off' ? pattern.on : 7)}
      />
      <Field
        label={words('roster.off')}
        name="off"
        type="number"
        min={1}
        max={90}
        defaultValue={String(pattern?.kind === 'on-off' ? pattern.off : 7)}
      />
      <Field
        label={words('roster.handOver')}
        name="handOver"
        type="time"
        required
        defaultValue={rotation?.handOver ?? '08:00'}
      />
      <Field
        label={words('roster.until')}
        hint={words('roster.untilHint')}
        name="until"
        type="time"
        defaultValue={rotation?.until ?? ''}
      />
      <Field
        label={words('roster.firstDay')}
        name="firstDay"
        type="date"
        required
        defaultValue={rotation?.firstDay ?? ''}
      />
      <Field label={words('roster.lastDay')} name="lastDay" type="date" defaultValue={rotation?.lastDay ?? ''} />
      <label>
        <span>{words('roster.turnsHint')}</span>
        <textarea name="turns" required rows={5} defaultValue={named(rotation?.turns)} />
      </label>
      <label>
        <span>{words('roster.holidayTurnsHint')}</span>
        <textarea name="holidayTurns" rows={3} defaultValue={named(rotation?.holidayTurns)} />
      </label>
    </>
  );
}

interface ImportProps {
  readonly siteId: string;
  readonly version: number;
  readonly onChange: () => void;
}

const ImportWorkbook = ({ siteId, version, onChange }: ImportProps): JSX.Element => {
  const words = say.value;
  return (
    <RosterForm
      title={words('roster.import')}
      onDone={onChange}
      onSend={async (_text, form) => {
        const file = form.get('file');
        const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
        const binary = Array.from(bytes, (byte) => String.fromCodePoint(byte)).join('');
        await changeRoster(siteId, '/workbook', { baseVersion: version, file: btoa(binary) });
      }}
    >
      <p class="quiet">{words('roster.importExplain')}</p>
      <Field label={words('field.file')} name="file" type="file" accept=".xlsx" required />
    </RosterForm>
  );
};
