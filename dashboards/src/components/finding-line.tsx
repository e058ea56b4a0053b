import type { JSX } from 'preact';
import type { FindingView } from '../../../src/contract/findings.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { WARNING_LEVELS, isGraver } from '../../../src/core/level.ts';
import { moment } from '../format/clock.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { now } from '../live/site-watch.ts';
import { hrefOf } from '../live/view.ts';
import { LevelBadge } from './level-badge.tsx';
import { LowerFindingDialog } from './lower-finding.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

interface FindingLineProps {
  readonly finding: FindingView;
  readonly overview: SiteOverview;
  readonly onChange: () => void;
}

/** One finding: what, where, its photos, everything that became of its level, and what can be done. */
export function FindingLine({ finding, overview, onChange }: FindingLineProps): JSX.Element {
  const words = say.value;
  const { kind, level, note, latitude, longitude, photos, lowering, changes } = finding;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  return (
    <li class="finding">
      <p class="finding-head">
        <LevelBadge level={level} /> <strong>{words(`finding.${kind}`)}</strong>{' '}
        <span>{placeOf(finding, overview)}</span>
      </p>
      {note !== '' && <p class="finding-note">{note}</p>}
      <p class="quiet">
        {words('findings.by', {
          who: finding.reportedBy,
          time: time(finding.reportedAt),
          level: words(`level.${finding.reportedLevel}`),
        })}
        {latitude !== null && longitude !== null && (
          <span class="finding-location">
            {words('findings.at', { lat: latitude.toFixed(5), lon: longitude.toFixed(5) })}
          </span>
        )}
      </p>
      {photos.length > 0 && (
        <div class="finding-photos">
          {photos.map(({ photoId }) => (
            <a key={photoId} href={`/api/photos/${photoId}`} target="_blank" rel="noreferrer">
              <img
                src={`/api/photos/${photoId}`}
                alt={words('findings.photo', { kind: words(`finding.${kind}`) })}
                loading="lazy"
              />
            </a>
          ))}
        </div>
      )}
      {changes.slice(1).map((change) => (
        <p key={change.at} class="quiet">
          {words('findings.changed', {
            time: time(change.at),
            who: change.who,
            from: words(`level.${change.from}`),
            to: words(`level.${change.to}`),
          })}
          {change.seen !== null && words('findings.seen', { seen: change.seen })}
          {change.inspectedBy !== null && words('findings.inspectedBy', { who: change.inspectedBy })}
        </p>
      ))}
      {lowering !== null && level !== 'normal' && (
        <p>
          {words('findings.waits', {
            who: lowering.proposedBy,
            to: words(`level.${lowering.to}`),
            seen: lowering.seen,
          })}{' '}
          <a href={hrefOf('changes')}>{words('findings.toChanges')}</a>
        </p>
      )}
      {level !== 'normal' && may('finding/report', overview.siteId) && (
        <Acts finding={finding} overview={overview} onChange={onChange} />
      )}
    </li>
  );
}

function Acts({ finding, onChange }: FindingLineProps): JSX.Element {
  const words = say.value;
  const { findingId, level } = finding;
  const graver = WARNING_LEVELS.filter((one) => isGraver(one, level));
  return (
    <div class="finding-acts">
      {graver.length > 0 && (
        <ReasonDialog
          action={words('findings.raise')}
          explain={words('findings.raiseExplain')}
          strong
          onReason={(reason, form) =>
            ask(`/api/findings/${findingId}/raise`, null, {
              method: 'POST',
              body: { level: form.get('level'), reason },
            })
          }
          onDone={onChange}
        >
          <label>
            <span>{words('findings.raiseTo')}</span>
            <select name="level">
              {graver.map((one) => (
                <option key={one} value={one}>
                  {words(`level.${one}`)}
                </option>
              ))}
            </select>
          </label>
        </ReasonDialog>
      )}
      <LowerFindingDialog finding={finding} onChange={onChange} />
    </div>
  );
}

/** Where it is, in words: the section, the point by its instruments, and what was written. */
function placeOf({ section, point, place }: FindingView, { sections, sensors }: SiteOverview): string {
  const words = say.value;
  const parts = [
    sections.find(({ sectionId }) => sectionId === section)?.name[words.language] ?? section,
    sensors.find((sensor) => sensor.point === point)?.name[words.language] ?? point,
    place,
  ];
  return parts.filter((part) => part !== null).join(' ');
}
