import type { JSX } from 'preact';
import { z } from 'zod';
import { MaintenanceView } from '../../../src/contract/http.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { hourAndMinute, moment } from '../format/clock.ts';
import { pointName } from '../format/point-name.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { now, readOverview } from '../live/site-watch.ts';
import { pointsOf } from '../state/points.ts';
import type { Point } from '../state/points.ts';
import { EndMaintenance } from './end-maintenance.tsx';
import { LevelBadge } from './level-badge.tsx';
import { MayNot } from './may-not.tsx';
import { StartMaintenanceButton } from './start-maintenance.tsx';

const EVERY_MS = 15_000;

/** The page 测点: the state of each point, work on it, and the work of the past. */
export function PointsPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const path = `/api/sites/${encodeURIComponent(overview.siteId)}/maintenance`;
  const { value, fault, again } = usePolled(path, z.array(MaintenanceView), EVERY_MS);
  const onChange = (): void => {
    readOverview();
    again();
  };
  return (
    <main class="page-points">
      <section class="panel points" aria-labelledby="points-title">
        <h2 id="points-title">{words('points.title')}</h2>
        <p class="quiet">{words('points.explain')}</p>
        {!may('maintenance/manage', overview.siteId) && (
          <MayNot permission="maintenance/manage" siteId={overview.siteId} />
        )}
        <ul class="point-list">
          {pointsOf(overview, now.value).map((point) => (
            <PointLine key={point.point} point={point} overview={overview} onChange={onChange} />
          ))}
        </ul>
      </section>
      <section class="panel work" aria-labelledby="work-title">
        <h2 id="work-title">{words('work.title')}</h2>
        {fault !== undefined && (
          <p class="fault" role="alert">
            {problemText(words, fault)}
          </p>
        )}
        {value?.length === 0 && <p class="quiet">{words('work.none')}</p>}
        <ol>
          {(value ?? []).map((work) => (
            <Work key={work.maintenanceId} work={work} overview={overview} />
          ))}
        </ol>
      </section>
    </main>
  );
}

interface PointLineProps {
  readonly point: Point;
  readonly overview: SiteOverview;
  readonly onChange: () => void;
}

function PointLine({ point, overview, onChange }: PointLineProps): JSX.Element {
  const words = say.value;
  const { state, maintenance, level, section } = point;
  const until = maintenance === null ? '' : hourAndMinute(maintenance.until, overview.timeZone, words.language);
  return (
    <li class={`point point-${maintenance === null ? state : 'maintenance'}`}>
      <div class="point-what">
        <strong>{pointName(point.sensors, words)}</strong>
        <span class="quiet">
          {[section?.[words.language], point.point].filter((part) => part !== undefined).join(' · ')}
        </span>
      </div>
      <div class="point-state">
        {level !== 'normal' && <LevelBadge level={level} />}
        {maintenance === null ? (
          <span class={`tag tag-${state}`}>{words(`sensorState.${state}`)}</span>
        ) : (
          <>
            <span class="badge badge-unknown">{words('doubt.maintenanceUntil', { time: until })}</span>
            <span>{words('work.by', { reason: maintenance.reason, who: maintenance.startedBy })}</span>
            {maintenance.substitute !== null && (
              <span>
                {words('work.substitute', { ...maintenance.substitute, n: maintenance.substitute.everyMinutes })}
              </span>
            )}
          </>
        )}
      </div>
      {state !== 'retired' &&
        may('maintenance/manage', overview.siteId) &&
        (maintenance === null ? (
          <StartMaintenanceButton point={point} siteId={overview.siteId} onChange={onChange} />
        ) : (
          <EndMaintenance maintenanceId={maintenance.maintenanceId} onChange={onChange} />
        ))}
    </li>
  );
}

function Work({ work, overview }: { readonly work: MaintenanceView; readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  const end = work.endedAt ?? work.until;
  const ofPoint = overview.sensors.filter(({ point }) => point === work.point);
  const running = work.endedAt === null && now.value < work.until;
  return (
    <li>
      <p>
        <time>{words('work.span', { from: time(work.from), to: time(end) })}</time>{' '}
        <strong>{pointName(ofPoint, words) || work.point}</strong>{' '}
        {running && <span class="tag">{words('doubt.maintenance')}</span>}
      </p>
      <p>{words('work.by', { reason: work.reason, who: work.startedBy })}</p>
      {work.endedBy !== null && <p class="quiet">{words('work.endedBy', { who: work.endedBy })}</p>}
      {work.substitute !== null && (
        <p class="quiet">{words('work.substitute', { ...work.substitute, n: work.substitute.everyMinutes })}</p>
      )}
    </li>
  );
}
