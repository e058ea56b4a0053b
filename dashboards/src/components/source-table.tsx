import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ConnectionsView, SourceView } from '../../../src/contract/http.ts';
import { ageInWords } from '../format/age.ts';
import { flagNames } from '../format/flags.ts';
import { latencyInWords } from '../format/latency.ts';
import { selectSource, selectedId } from '../live/curve-reader.ts';
import { say } from '../live/language.ts';
import { showCurveOf } from '../live/show-curve.ts';
import { now } from '../live/site-watch.ts';
import { sourceState, sourcesWorstFirst } from '../state/sources.ts';
import { sayName } from '../words/say.ts';
import { LevelMark } from './level-mark.tsx';

const COUNTS = ['good', 'doubtful', 'late', 'doubled', 'refused'] as const;

/** Every sensor and channel, the worst first. Pressing a name shows its curve. */
export function SourceTable({ view }: { readonly view: ConnectionsView }): JSX.Element {
  const words = say.value;
  const showsGood = useSignal(window.matchMedia('(min-width: 721px)').matches);
  const isGood = (source: SourceView): boolean => sourceState(source, now.value) === 'good';
  const good = view.sources.filter(isGood).length;
  return (
    <div class="source-scroll" tabIndex={0}>
      <table class="source-table">
        <thead>
          <tr>
            <th scope="col">{words('sources.name')}</th>
            <th scope="col">{words('sources.state')}</th>
            <th scope="col">{words('sources.lastGood')}</th>
            <th scope="col">{words('sources.latency')}</th>
            {COUNTS.map((count) => (
              <th key={count} scope="col" class="count">
                {words(`sourceCount.${count}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sourcesWorstFirst(view, now.value)
            .filter((source) => showsGood.value || !isGood(source))
            .map((source) => (
              <SourceRow key={source.sensorId} source={source} />
            ))}
        </tbody>
      </table>
      {good > 0 && (
        <button
          type="button"
          class="button button-quiet source-toggle"
          aria-expanded={showsGood.value}
          onClick={() => {
            showsGood.value = !showsGood.value;
          }}
        >
          {words(showsGood.value ? 'sources.hideGood' : 'sources.showGood', { count: good })}
        </button>
      )}
      <p class="quiet">{words('sources.explain')}</p>
    </div>
  );
}

function SourceRow({ source }: { readonly source: SourceView }): JSX.Element {
  const words = say.value;
  const state = sourceState(source, now.value);
  return (
    <tr class={`source-row source-${state}`} aria-current={selectedId.value === source.sensorId ? 'true' : undefined}>
      <th scope="row">
        <button type="button" class="source-name" onClick={() => showCurveOf(() => selectSource(source))}>
          {source.name[words.language]}
        </button>
        <small class="quiet">{`${source.code} · ${words(`sourceKind.${source.kind}`)} · ${source.unit}`}</small>
      </th>
      <td class="source-state">
        <span>
          {state !== 'good' && <LevelMark mark="unknown" />}
          <span>{words(`sourceState.${state}`)}</span>
        </span>
        <Why source={source} />
      </td>
      <td data-label={words('sources.lastGood')}>
        {source.lastGoodAt === null ? '—' : ageInWords(words, now.value - source.lastGoodAt)}
      </td>
      <td data-label={words('sources.latency')}>{latencyInWords(words, source.latencyMs)}</td>
      {COUNTS.map((count) => (
        <td
          key={count}
          class={`count number ${source.counts[count] === 0 ? 'is-none' : ''}`}
          data-label={words(`sourceCount.${count}`)}
        >
          {source.counts[count]}
        </td>
      ))}
    </tr>
  );
}

/** Why the newest reading is doubtful, and why the newest refused message was refused. */
function Why({ source }: { readonly source: SourceView }): JSX.Element {
  const words = say.value;
  const { flags, refusal } = source;
  return (
    <>
      {flags.length > 0 && <small>{flagNames(words, flags)}</small>}
      {refusal !== null && (
        <small class="quiet" title={words('technical', { detail: refusal.detail })}>
          {words('sources.refused', {
            age: ageInWords(words, now.value - refusal.at),
            reason: sayName(words, 'refusal', refusal.reason),
          })}
        </small>
      )}
    </>
  );
}
