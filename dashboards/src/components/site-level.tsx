import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import type { SiteStanding } from '../state/standing.ts';
import type { Say } from '../words/say.ts';
import { LevelBadge } from './level-badge.tsx';
import { LevelMark } from './level-mark.tsx';

/** The level of the whole site in words, with how far it can be believed: what is not known is never called normal. */
export function siteLevelText(words: Say, { level, certainty }: SiteStanding): string {
  if (certainty === 'unknown') return words('siteLevel.unknown');
  if (certainty === 'last-known') return words('doubt.lastKnown', { level: words(`levelLong.${level}`) });
  return words(certainty === 'partly' && level === 'normal' ? 'siteLevel.partly' : `levelLong.${level}`);
}

/** That level for the head of the screen. A warning keeps its colour whatever is doubted; a normal that is doubted is hatched. */
export function SiteLevel({ standing }: { readonly standing: SiteStanding }): JSX.Element {
  const words = say.value;
  const { level, certainty, uncertain, verified } = standing;
  const isPlain = level !== 'normal' || certainty === 'known';
  return (
    <div class="mast-level" aria-label={words('header.siteLevel')} role="group">
      {isPlain ? (
        <LevelBadge level={level} long />
      ) : (
        <span class="badge badge-unknown">
          <LevelMark mark="unknown" />
          <span>{siteLevelText(words, standing)}</span>
        </span>
      )}
      {isPlain && certainty === 'last-known' && (
        <span class="mast-uncertain badge badge-unknown">
          <LevelMark mark="unknown" />
          <span>{words('siteLevel.lastKnown')}</span>
        </span>
      )}
      {!verified && <span class="tag tag-unverified">{words('mark.unverified')}</span>}
      {uncertain > 0 && certainty !== 'unknown' && (
        <span class="mast-uncertain">
          <LevelMark mark="unknown" />
          {words('header.uncertain', { count: uncertain })}
        </span>
      )}
    </div>
  );
}
