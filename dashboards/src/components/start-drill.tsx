import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { z } from 'zod';
import { DrillView } from '../../../src/contract/drills.ts';
import type { StartDrill } from '../../../src/contract/drills.ts';
import { EvacuationGroupView } from '../../../src/contract/evacuation.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { WARNING_LEVELS } from '../../../src/core/level.ts';
import { instantOf } from '../../../src/core/zone.ts';
import { problemText } from '../format/problem.ts';
import { ApiFault, ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { readOverview } from '../live/site-watch.ts';
import { Field } from './field.tsx';

interface StartProps {
  readonly overview: SiteOverview;
  readonly onStarted: () => void;
}

/** Somebody thinks twice for so long, then the first press is forgotten. */
const SECOND_WITHIN_MS = 8_000;
const GROUPS_EVERY_MS = 60_000;

/** Begins a drill, or plans one: pressed twice, because people are really called. The evacuation may be rehearsed with it. */
export function StartDrillForm({ overview, onStarted }: StartProps): JSX.Element {
  const words = say.value;
  const { siteId, timeZone } = overview;
  const level = useSignal<StartDrill['level']>('red');
  const later = useSignal('');
  const armed = useSignal(false);
  const sending = useSignal(false);
  const fault = useSignal<{ readonly code: string; readonly field: string | undefined } | undefined>(undefined);
  useEffect(() => {
    if (!armed.value) return;
    const timer = setTimeout(() => (armed.value = false), SECOND_WITHIN_MS);
    return () => clearTimeout(timer);
  }, [armed.value]);

  const start = async (form: HTMLFormElement): Promise<void> => {
    if (!armed.value) {
      armed.value = true;
      return;
    }
    armed.value = false;
    sending.value = true;
    fault.value = undefined;
    const given = new FormData(form);
    const path = `/api/sites/${encodeURIComponent(siteId)}`;
    try {
      const body = bodyOf(given, level.value, timeZone);
      await ask(`${path}/drills`, DrillView, { method: 'POST', body });
      const groups = given.getAll('groups').filter((one) => typeof one === 'string');
      if (groups.length > 0 && body.plannedFor === undefined)
        await ask(`${path}/broadcasts`, null, { method: 'POST', body: { groups, drill: true } });
      form.reset();
      later.value = '';
    } catch (error) {
      if (!noticeSignedOut(error))
        fault.value = { code: codeOf(error), field: error instanceof ApiFault ? error.field : undefined };
    }
    sending.value = false;
    readOverview();
    onStarted();
  };

  return (
    <form
      class="form rehearsal-form"
      onSubmit={(event) => {
        event.preventDefault();
        void start(event.currentTarget);
      }}
    >
      <label class="field">
        <span>{words('drill.level')}</span>
        <select
          value={level.value}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            level.value = WARNING_LEVELS.find((one) => one === chosen) ?? 'red';
            armed.value = false;
          }}
        >
          {WARNING_LEVELS.toReversed().map((one) => (
            <option key={one} value={one}>
              {words(`level.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{words('drill.target')}</span>
        <select name="target">
          <option value="">{words('drill.noTarget')}</option>
          {overview.sections.map(({ sectionId, name }) => (
            <option key={sectionId} value={`section ${sectionId}`}>
              {name[words.language]}
            </option>
          ))}
          {overview.rules.map(({ target, ruleId, sensorId }) => (
            <option key={target} value={`target ${target}`}>
              {`${overview.sensors.find((sensor) => sensor.sensorId === sensorId)?.name[words.language] ?? ruleId} (${ruleId})`}
            </option>
          ))}
        </select>
      </label>
      <Field label={words('drill.scenario')} name="scenario" maxLength={120} autoComplete="off" />
      <Field
        label={words('drill.when')}
        hint={words('drill.whenHint', { zone: timeZone })}
        name="when"
        type="datetime-local"
        onInput={(event) => (later.value = event.currentTarget.value)}
      />
      {later.value === '' && may('broadcast/press', siteId) && <Groups siteId={siteId} />}
      <button type="submit" class="button button-strong button-big" disabled={sending.value}>
        {armed.value
          ? words('drill.sure', { level: words(`levelLong.${level.value}`) })
          : words(later.value === '' ? 'drill.begin' : 'drill.plan')}
      </button>
      <p class="fault" role="alert">
        {fault.value !== undefined && problemText(words, fault.value.code, fault.value.field)}
      </p>
    </form>
  );
}

/** Groups whose evacuation is rehearsed; none is chosen before somebody does. */
function Groups({ siteId }: { readonly siteId: string }): JSX.Element | null {
  const words = say.value;
  const path = `/api/sites/${encodeURIComponent(siteId)}/evacuation-groups`;
  const { value = [] } = usePolled(path, z.array(EvacuationGroupView), GROUPS_EVERY_MS);
  if (value.length === 0) return null;
  return (
    <fieldset class="answerers">
      <legend>{words('drill.evacuation')}</legend>
      {value.map(({ groupId, name }) => (
        <label key={groupId} class="check">
          <input type="checkbox" name="groups" value={groupId} />
          <span>{name[words.language]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function bodyOf(form: FormData, level: StartDrill['level'], timeZone: string): StartDrill {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [, kind, id = ''] = /^(section|target) (.+)$/u.exec(text('target')) ?? [];
  const scenario = text('scenario');
  // By the wall of the site, wherever this browser is.
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/u.exec(text('when')) ?? [];
  const plannedFor = date === undefined || time === undefined ? undefined : instantOf(date, time, timeZone);
  return {
    level,
    ...(kind === 'section' && { section: id }),
    ...(kind === 'target' && { target: id }),
    ...(scenario !== '' && { scenario }),
    ...(plannedFor !== undefined && { plannedFor }),
  };
}
