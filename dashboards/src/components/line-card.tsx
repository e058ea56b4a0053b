import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { LineSensorView, LineView } from '../../../src/contract/lines.ts';
import { ageInWords } from '../format/age.ts';
import { decimalsOf, fixed } from '../format/value.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { lineStanding } from '../state/lines.ts';
import { LevelMark } from './level-mark.tsx';
import { LineLook } from './line-look.tsx';
import { LineTry } from './line-try.tsx';
import { LineWhy } from './line-why.tsx';
import { MeasureButton } from './measure-button.tsx';

interface LineCardProps {
  readonly line: LineView;
  readonly siteId: string;
  readonly now: number;
  readonly onChange: () => void;
}

/** One line: how it stands and since when, why it gives nothing, its devices, and what it reports. */
export function LineCard({ line, siteId, now, onChange }: LineCardProps): JSX.Element {
  const words = say.value;
  const open = useSignal<'look' | 'try' | null>(null);
  const standing = lineStanding(line);
  const mayAsk = may('line/ask', siteId);
  const close = (): void => {
    open.value = null;
  };
  return (
    <li class={`line-card line-${standing}`}>
      <header>
        <h3>{line.line}</h3>
        <span class="quiet">{`${line.protocol} · ${words('lines.edge', { edge: line.edge })}`}</span>
        <strong class="line-standing">
          {standing !== 'connected' && standing !== 'paused' && <LevelMark mark="unknown" />}
          <span>{words(`lineState.${standing}`)}</span>
        </strong>
        {line.since !== null && (
          <span class="quiet">{words('lines.since', { age: ageInWords(words, now - line.since) })}</span>
        )}
        <span>
          {line.lastGoodAt === null
            ? words('lines.noGood')
            : words('lines.lastGood', { age: ageInWords(words, now - line.lastGoodAt) })}
        </span>
      </header>
      {!line.paused && <LineWhy of={line} />}
      {line.devices.length > 0 && <Devices line={line} now={now} />}
      {mayAsk && !line.paused && (
        <p class="line-asks">
          <button type="button" class="button" onClick={() => (open.value = 'look')}>
            {words('lineLook.button')}
          </button>
          {line.canTry && (
            <button type="button" class="button" onClick={() => (open.value = 'try')}>
              {words('lineTry.button')}
            </button>
          )}
        </p>
      )}
      <details open={line.reports.length <= 4}>
        <summary>{words('lines.sensors', { count: line.reports.length })}</summary>
        <ul class="line-reports">
          {line.reports.map((one) => (
            <li key={one.code}>
              <Reported one={one} now={now} />
              {mayAsk && line.canMeasure && !line.paused && (
                <MeasureButton sensorId={one.sensorId} name={one.name[words.language]} onDone={onChange} />
              )}
            </li>
          ))}
        </ul>
      </details>
      {open.value === 'look' && <LineLook line={line} siteId={siteId} onClose={close} />}
      {open.value === 'try' && <LineTry line={line} siteId={siteId} onClose={close} />}
    </li>
  );
}

function Devices({ line, now }: Pick<LineCardProps, 'line' | 'now'>): JSX.Element {
  const words = say.value;
  return (
    <ul class="line-devices" aria-label={words('lines.devices')}>
      {line.devices.map((one) => (
        <li key={one.device}>
          {one.state === 'faulty' && <LevelMark mark="unknown" />} <strong>{one.device}</strong>{' '}
          {words(one.since === null ? 'lineState.unheard' : `lineState.${one.state}`)}{' '}
          {one.since !== null && (
            <span class="quiet">{words('lines.since', { age: ageInWords(words, now - one.since) })}</span>
          )}
          {!line.paused && <LineWhy of={one} />}
        </li>
      ))}
    </ul>
  );
}

function Reported({ one, now }: { readonly one: LineSensorView; readonly now: number }): JSX.Element {
  const words = say.value;
  return (
    <span>
      {one.name[words.language]}{' '}
      <small class="quiet">{[one.code, ...(one.device === null ? [] : [one.device])].join(' · ')}</small>{' '}
      <span class="number">{one.value === null ? '—' : `${fixed(one.value, decimalsOf(one.unit))} ${one.unit}`}</span>{' '}
      {one.lastAt !== null && <small class="quiet">{ageInWords(words, now - one.lastAt)}</small>}
    </span>
  );
}
