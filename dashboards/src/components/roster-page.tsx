import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import type { RosterView } from '../../../src/contract/roster.ts';
import { problemText } from '../format/problem.ts';
import { spanText } from '../format/span.ts';
import { say } from '../live/language.ts';
import { useRoster } from '../live/roster.ts';
import { personName, rotationName } from '../state/roster.ts';
import { sayName } from '../words/say.ts';
import { HandoverPanel } from './handover-panel.tsx';
import { ReachPanel } from './reach-panel.tsx';
import { RosterChanges } from './roster-changes.tsx';
import { RosterExceptions } from './roster-exceptions.tsx';
import { RosterPlan } from './roster-plan.tsx';

/** The page 排班: who is on duty now, where nobody is, the days to come, and the plan behind it. */
export function RosterPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const days = useSignal(14);
  const { value, fault, again } = useRoster(overview.siteId, days.value);
  const { siteId, timeZone } = overview;
  return (
    <main class="page-changes page-roster">
      <div class="changes-side">
        <section class="panel changes" aria-labelledby="now-title">
          <h2 id="now-title">{words('roster.now')}</h2>
          {fault !== undefined && (
            <p class="fault" role="alert">
              {problemText(words, fault)}
            </p>
          )}
          {value !== undefined && <Now roster={value} />}
          {value !== undefined && (
            <RosterExceptions siteId={siteId} timeZone={timeZone} roster={value} onChange={again} />
          )}
        </section>
        {value !== undefined && <Gaps roster={value} timeZone={timeZone} />}
        <section class="panel changes" aria-labelledby="shifts-title">
          <h2 id="shifts-title">{words('roster.shifts', { days: days.value })}</h2>
          <div class="roster-do">
            {[14, 30].map((length) => (
              <button
                key={length}
                type="button"
                class="button button-quiet"
                aria-pressed={days.value === length}
                onClick={() => {
                  days.value = length;
                }}
              >
                {words('roster.days', { days: length })}
              </button>
            ))}
          </div>
          {value !== undefined && <Shifts roster={value} timeZone={timeZone} />}
        </section>
      </div>
      <div class="changes-side">
        {value !== undefined && <HandoverPanel overview={overview} roster={value} />}
        {value !== undefined && <RosterChanges siteId={siteId} timeZone={timeZone} roster={value} onChange={again} />}
        {value !== undefined && <RosterPlan siteId={siteId} roster={value} onChange={again} />}
        {value !== undefined && <ReachPanel siteId={siteId} timeZone={timeZone} roster={value} />}
      </div>
    </main>
  );
}

function Now({ roster }: { readonly roster: RosterView }): JSX.Element {
  const words = say.value;
  return (
    <ul class="roster-now">
      {roster.duties.map((duty) => {
        const on = roster.now.filter((one) => one.duty === duty);
        const everybody = roster.unrostered.includes(duty);
        const names = everybody
          ? roster.people.filter((person) => person.duty === duty).map(({ contactId }) => contactId)
          : on.map(({ contactId }) => contactId);
        return (
          <li key={duty}>
            <span>{sayName(words, 'duty', duty)}</span>
            <strong class={names.length === 0 ? 'roster-nobody' : ''}>
              {names.length === 0
                ? words('roster.nobody')
                : names.map((id) => personName(roster, id, words.language)).join(words('list.separator'))}
            </strong>
            {everybody && <small class="quiet">{words('roster.unrostered')}</small>}
            {on.map((one) => (
              <Because key={one.contactId} roster={roster} one={one} />
            ))}
          </li>
        );
      })}
    </ul>
  );
}

function Because({
  roster,
  one,
}: {
  readonly roster: RosterView;
  readonly one: RosterView['now'][number];
}): JSX.Element | null {
  const words = say.value;
  if (one.because === 'turn') return null;
  const of = one.insteadOf === undefined ? '' : personName(roster, one.insteadOf, words.language);
  return <small class="quiet">{`${sayName(words, 'because', one.because)}${of === '' ? '' : ` (${of})`}`}</small>;
}

function Gaps({ roster, timeZone }: { readonly roster: RosterView; readonly timeZone: string }): JSX.Element {
  const words = say.value;
  const { gaps, yearsWithoutHolidays } = roster;
  return (
    <section class="panel changes" aria-labelledby="gaps-title">
      <h2 id="gaps-title">{words('roster.gaps')}</h2>
      {gaps.length + yearsWithoutHolidays.length === 0 && <p>{words('roster.noGaps')}</p>}
      <ol>
        {gaps.map(({ duty, from, to, why }) => (
          <li key={`${duty} ${String(from)}`} class="change change-overdue">
            <strong>{sayName(words, 'duty', duty)}</strong>
            <span>{spanText(words, from, to, timeZone)}</span>
            <span>{words(`gap.${why}`)}</span>
          </li>
        ))}
        {yearsWithoutHolidays.map((year) => (
          <li key={year} class="change change-overdue">
            {words('roster.yearWithoutHolidays', { year })}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Shifts({ roster, timeZone }: { readonly roster: RosterView; readonly timeZone: string }): JSX.Element {
  const words = say.value;
  if (roster.shifts.length === 0) return <p>{words('roster.noPlan')}</p>;
  return (
    <div class="review">
      <table>
        <thead>
          <tr>
            <th scope="col">{words('roster.when')}</th>
            <th scope="col">{words('field.rotationId')}</th>
            <th scope="col">{words('roster.who')}</th>
          </tr>
        </thead>
        <tbody>
          {roster.shifts.map((shift) => (
            <tr key={`${shift.rotationId} ${shift.contactId} ${String(shift.from)}`}>
              <td>{spanText(words, shift.from, shift.to, timeZone)}</td>
              <td>{rotationName(roster, shift.rotationId)}</td>
              <td>
                {personName(roster, shift.contactId, words.language)} <Because roster={roster} one={shift} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
