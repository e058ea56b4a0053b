import type { JSX } from 'preact';
import { countdown } from '../format/age.ts';
import { say } from '../live/language.ts';
import { endSilence, silence, silentUntil, soundState, switchSound, toneNow } from '../live/sound.ts';
import { localNow } from '../live/ticking.ts';

/**
 * Whether this screen can be heard; that it cannot is said in words, on every page of it. While something is to be
 * heard it is the way to two minutes of silence, and says that this answers nobody.
 */
export function SoundSwitch(): JSX.Element {
  const words = say.value;
  const state = soundState.value;
  const until = silentUntil.value;
  if (state !== 'on')
    return (
      <Switch kind={state} title={words(`soundDo.${state}`)} onClick={switchSound} muted>
        {words(`soundState.${state}`)}
      </Switch>
    );
  if (until !== null)
    return (
      <Switch kind="silent" title={words('sound.again')} onClick={endSilence} muted>
        {words('sound.silent', { left: countdown(until - localNow.value) })}
      </Switch>
    );
  if (toneNow.value !== null)
    return (
      <Switch kind="ringing" title={words('sound.noAnswer')} onClick={silence}>
        {words('sound.silence')}
      </Switch>
    );
  return <Switch kind="on" title={words('soundDo.on')} onClick={switchSound} />;
}

interface SwitchProps {
  readonly kind: string;
  readonly title: string;
  readonly muted?: boolean;
  readonly onClick: () => void;
  /** Left out: the sign alone, which has the title for a name. */
  readonly children?: string;
}

function Switch({ kind, title, muted = false, onClick, children }: SwitchProps): JSX.Element {
  return (
    <button
      type="button"
      class={`button button-quiet sound sound-${kind}`}
      title={title}
      {...(children === undefined && { 'aria-label': title })}
      onClick={onClick}
    >
      <svg class="speaker" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M3 9h4l6-5v16l-6-5H3z" fill="currentColor" />
        <path
          d={muted ? 'M16 9l6 6m0-6l-6 6' : 'M16 8.5a5 5 0 0 1 0 7M18.6 5.6a9 9 0 0 1 0 12.8'}
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          stroke-linecap="round"
        />
      </svg>
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}
