import type { JSX } from 'preact';
import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import { lengthInWords } from '../format/age.ts';
import { moment } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { now } from '../live/site-watch.ts';
import { stagesOf } from '../state/stages.ts';
import type { Stage } from '../state/stages.ts';

interface StagesProps {
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
}

/** Where the callout stands, 叫 → 应 → 响应 → 闭环, each with its clock. */
export function Stages({ callout, overview }: StagesProps): JSX.Element {
  const words = say.value;
  return (
    <ol class="stages" aria-label={words('stage.title')}>
      {stagesOf(callout).map((stage) => (
        <li
          key={stage.name}
          class={`stage stage-${stage.state}`}
          aria-current={stage.state === 'now' ? 'step' : undefined}
        >
          <strong>{words(`stage.${stage.name}`)}</strong>
          <span>{clockOf(stage, overview.timeZone)}</span>
        </li>
      ))}
    </ol>
  );
}

function clockOf({ told, at }: Stage, timeZone: string): string {
  const words = say.value;
  if (at === null) return words(`stage.${told}`);
  const time = moment(at, now.value, timeZone, words.language);
  return words(`stage.${told}`, { time, age: lengthInWords(words, Math.max(0, at - now.value)) });
}
