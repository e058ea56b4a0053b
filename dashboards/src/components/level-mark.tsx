import type { Level } from '../../../src/core/level.ts';
import type { JSX } from 'preact';

/** The shape of a level, or of what is not known; drawn, so that no missing glyph can change it. */
export type Mark = Level | 'unknown';

const SHAPES: Readonly<Record<Mark, JSX.Element>> = {
  red: <path d="M12 1 23 12 12 23 1 12z" />,
  orange: <path d="M12 2 23.5 22H.5z" />,
  yellow: <path d="M.5 2h23L12 22z" />,
  blue: <circle cx="12" cy="12" r="10.5" />,
  normal: <path d="M3 10.5h18v3H3z" />,
  unknown: (
    <path
      d="M2 2h20v20H2zM4.4 4.4v15.2h15.2V4.4zM10.9 14.9q0-1.5 1.6-2.7 1.1-.9 1.1-1.8 0-1.3-1.5-1.3-1.6 0-1.9 1.7l-2.1-.4q.5-3.2 4.1-3.2 3.6 0 3.6 3.1 0 1.6-1.6 2.8-1.2.9-1.2 1.8zm0 1.2h2.2v2.2h-2.2z"
      fill-rule="evenodd"
    />
  ),
};

/** Only the shape; its word must stand beside it. */
export function LevelMark({ mark }: { readonly mark: Mark }): JSX.Element {
  return (
    <svg class={`mark mark-${mark}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {SHAPES[mark]}
    </svg>
  );
}
