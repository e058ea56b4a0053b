import type { JSX } from 'preact';
import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import { eventNumber } from '../../../src/core/event-number.ts';
import { lengthInWords } from '../format/age.ts';
import { moment } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { now } from '../live/site-watch.ts';
import { openRuns, runsGravestFirst } from '../state/callout.ts';
import { AnswerButton } from './answer-button.tsx';
import { AlsoCalling, CallingRun } from './calling-run.tsx';
import { Answers, Attempts } from './callout-record.tsx';
import { EvacuationLink } from './evacuation-link.tsx';
import { LadderRun } from './ladder-run.tsx';
import { MayNot } from './may-not.tsx';
import { OrderedEvacuations } from './ordered-evacuation.tsx';
import { PersonLine } from './person-line.tsx';
import { DeclineButton } from './decline-button.tsx';
import { Orders } from './orders.tsx';
import { RespondButton } from './respond-button.tsx';
import { Stages } from './stages.tsx';
import { ReleaseButton } from './release-button.tsx';

/** The callout (叫应) of the site: its ladders, who is being called, and what can be done here. */
export function CalloutPanel({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { callout } = overview;
  return (
    <section class={`panel callout callout-${callout?.phase ?? 'none'}`} aria-labelledby="callout-title">
      <h2 id="callout-title">
        {words('callout.title')}
        {callout?.drill === true && <span class="tag">{words('drill.tag')}</span>}
        {callout !== null && <span class="phase">{words(`callout.phase.${callout.phase}`)}</span>}
      </h2>
      <EvacuationLink siteId={overview.siteId} />
      {callout === null ? <NoCallout overview={overview} /> : <Callout callout={callout} overview={overview} />}
    </section>
  );
}

interface CalloutProps {
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
}

function Callout({ callout, overview }: CalloutProps): JSX.Element {
  const words = say.value;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  const age = lengthInWords(words, (callout.endedAt ?? now.value) - callout.openedAt);
  const runs = runsGravestFirst(callout.runs);
  const props = { callout, overview };
  return (
    <div class="callout-body">
      <p class="quiet">
        {words('callout.number', { number: eventNumber(callout.calloutId) })} ·{' '}
        {callout.endedAt === null
          ? words('callout.opened', { time: time(callout.openedAt), age })
          : words('callout.released', { time: time(callout.endedAt) })}
      </p>
      <Stages {...props} />
      <OrderedEvacuations {...props} />
      {openRuns(callout).map((run, i) => (
        <CallingRun key={callout.runs.indexOf(run)} run={run} first={i === 0} {...props} />
      ))}
      {callout.phase !== 'released' && <AlsoCalling {...props} />}
      {callout.phase !== 'released' && <Actions {...props} />}
      {runs.map((run) => (
        <LadderRun key={callout.runs.indexOf(run)} run={run} {...props} />
      ))}
      <Orders {...props} />
      <Answers {...props} />
      <Attempts {...props} />
    </div>
  );
}

/** What can be done here, or why it cannot. */
function Actions({ callout, overview }: CalloutProps): JSX.Element {
  const { siteId, timeZone } = overview;
  const answers = may('callout/answer', siteId);
  const releases = may('callout/release', siteId);
  return (
    <div class="callout-actions">
      {answers && <AnswerButton callout={callout} timeZone={timeZone} />}
      {answers && <RespondButton callout={callout} overview={overview} />}
      {answers && <DeclineButton callout={callout} overview={overview} />}
      {!answers && callout.phase === 'calling' && <MayNot permission="callout/answer" siteId={siteId} />}
      {releases && <ReleaseButton callout={callout} />}
      {!releases && (callout.phase === 'answered' || callout.phase === 'responding') && (
        <MayNot permission="callout/release" siteId={siteId} />
      )}
    </div>
  );
}

function NoCallout({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const blocked = overview.carrier === null || !overview.carrier.reachable;
  return (
    <div class="callout-body">
      <p class="callout-quiet">{words('callout.none')}</p>
      <p class="quiet">{words(blocked ? 'callout.noneBlocked' : 'callout.noneDetail')}</p>
      <h3>{words('callout.people')}</h3>
      <ul class="people">
        {overview.contacts.map((contact) => (
          <li key={contact.contactId}>
            <PersonLine contactId={contact.contactId} overview={overview} phone />
          </li>
        ))}
      </ul>
    </div>
  );
}
