import type { JSX } from 'preact';
import type { Level } from '../../../src/core/level.ts';
import { say } from '../live/language.ts';
import { LevelMark } from './level-mark.tsx';

/** A level as colour, shape and word. */
export function LevelBadge({ level, long = false }: { readonly level: Level; readonly long?: boolean }): JSX.Element {
  return (
    <span class={`badge badge-${level}`}>
      <LevelMark mark={level} />
      <span>{say.value(long ? `levelLong.${level}` : `level.${level}`)}</span>
    </span>
  );
}
