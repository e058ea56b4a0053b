import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { BroadcastView } from '../../../src/contract/evacuation.ts';
import type { BroadcastSummary, EvacuationGroupView, PressEvacuation } from '../../../src/contract/evacuation.ts';
import { problemText } from '../format/problem.ts';
import { ApiFault, ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { Field } from './field.tsx';

interface PressProps {
  readonly siteId: string;
  readonly groups: readonly EvacuationGroupView[];
  readonly running: BroadcastSummary | undefined;
  readonly onPressed: (broadcastId: string) => void;
}

/** Somebody thinks twice for so long, then the first press is forgotten. */
const SECOND_WITHIN_MS = 8_000;

/** Lists, way, and the press: twice, because a thumb slips. */
export function EvacuationPress({ siteId, groups, running, onPressed }: PressProps): JSX.Element {
  const words = say.value;
  // In the order in which they were ticked; at first all of them: who is half asleep should not have to choose.
  const ticked = useSignal<readonly string[] | undefined>(undefined);
  const drill = useSignal(running?.drill ?? false);
  const armed = useSignal(false);
  const sending = useSignal(false);
  const fault = useSignal<{ readonly code: string; readonly field: string | undefined } | undefined>(undefined);
  const chosen = ticked.value ?? groups.map(({ groupId }) => groupId);
  const persons = groups
    .filter(({ groupId }) => chosen.includes(groupId))
    .flatMap(({ members }) => members)
    .reduce((sum, member) => sum + member.persons, 0);

  const press = async (form: HTMLFormElement): Promise<void> => {
    if (!armed.value) {
      armed.value = true;
      setTimeout(() => (armed.value = false), SECOND_WITHIN_MS);
      return;
    }
    armed.value = false;
    sending.value = true;
    fault.value = undefined;
    try {
      const body = bodyOf(new FormData(form), chosen, drill.value);
      const path = `/api/sites/${encodeURIComponent(siteId)}/broadcasts`;
      onPressed((await ask(path, BroadcastView, { method: 'POST', body })).broadcastId);
    } catch (error) {
      if (!noticeSignedOut(error))
        fault.value = { code: codeOf(error), field: error instanceof ApiFault ? error.field : undefined };
    }
    sending.value = false;
  };

  const tick = (groupId: string, on: boolean): void => {
    const others = chosen.filter((one) => one !== groupId);
    ticked.value = on ? [...others, groupId] : others;
  };

  return (
    <form
      class="evacuation-press"
      onSubmit={(event) => {
        event.preventDefault();
        void press(event.currentTarget);
      }}
    >
      {running !== undefined && <p class="quiet">{words('evacuation.addExplain')}</p>}
      <fieldset>
        <legend>{words('evacuation.groups')}</legend>
        {groups.length === 0 && <p>{words('evacuation.noGroups')}</p>}
        {groups.map(({ groupId, name, kind, members, route, assembly }) => (
          <label key={groupId} class="evacuation-group">
            <input
              type="checkbox"
              checked={chosen.includes(groupId)}
              onChange={(event) => tick(groupId, event.currentTarget.checked)}
            />
            <span>
              <strong>{name[words.language]}</strong> {words(`groupKind.${kind}`)}{' '}
              {words('evacuation.people', {
                entries: members.length,
                persons: members.reduce((sum, member) => sum + member.persons, 0),
              })}
              <small class="quiet">
                {words('evacuation.route')} {route} → {assembly}
              </small>
            </span>
          </label>
        ))}
      </fieldset>
      <Field
        label={words('field.route')}
        hint={words('evacuation.prepared')}
        name="route"
        maxLength={200}
        autoComplete="off"
      />
      <Field
        label={words('field.assembly')}
        hint={words('evacuation.prepared')}
        name="assembly"
        maxLength={120}
        autoComplete="off"
      />
      <Field label={words('field.more')} name="more" maxLength={200} autoComplete="off" />
      <label class="evacuation-group">
        <input
          type="checkbox"
          checked={drill.value}
          disabled={running !== undefined && !running.drill}
          onChange={(event) => {
            drill.value = event.currentTarget.checked;
            armed.value = false;
          }}
        />
        <span>{words('evacuation.isDrill')}</span>
      </label>
      <p class="fault" role="alert">
        {fault.value !== undefined && problemText(words, fault.value.code, fault.value.field)}
      </p>
      <button
        type="submit"
        class={`button button-evacuate evacuation-now ${armed.value ? 'evacuation-armed' : ''}`}
        disabled={sending.value || chosen.length === 0}
      >
        {armed.value
          ? words('evacuation.pressAgain')
          : words(drill.value ? 'evacuation.pressDrill' : 'evacuation.press', { persons })}
      </button>
    </form>
  );
}

function bodyOf(form: FormData, groups: readonly string[], drill: boolean): PressEvacuation {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [route, assembly, more] = ['route', 'assembly', 'more'].map(text);
  return {
    groups: [...groups],
    drill,
    ...(route && { route }),
    ...(assembly && { assembly }),
    ...(more && { more }),
  };
}
