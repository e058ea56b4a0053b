import type { JSX } from 'preact';
import type { RuleView, SiteOverview } from '../../../src/contract/http.ts';
import { LEVELS, isGraver } from '../../../src/core/level.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { LevelBadge } from './level-badge.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

interface ProposeLoweringProps {
  readonly overview: SiteOverview;
  readonly onChange: () => void;
}

/** Every level that stands, with a way to propose that it be lowered by hand. */
export function ProposeLowering({ overview, onChange }: ProposeLoweringProps): JSX.Element | null {
  const words = say.value;
  const standing = overview.rules.filter(({ level }) => level !== 'normal');
  if (standing.length === 0) return null;
  const path = `/api/sites/${encodeURIComponent(overview.siteId)}/lowerings`;
  const nameOf = ({ sensorId, target }: RuleView): string =>
    overview.sensors.find((sensor) => sensor.sensorId === sensorId)?.name[words.language] ?? target;
  return (
    <section class="panel lowerings" aria-labelledby="lowering-title">
      <h2 id="lowering-title">{words('lowering.title')}</h2>
      <p class="quiet">{words('lowering.explain')}</p>
      <ul>
        {standing.map((rule) => (
          <li key={rule.target} class="change-do">
            <LevelBadge level={rule.level} />
            <strong>{nameOf(rule)}</strong>
            <ReasonDialog
              action={words('lowering.propose')}
              explain={words('lowering.explain')}
              onReason={(reason, form) =>
                ask(path, null, { method: 'POST', body: { target: rule.target, to: form.get('to'), reason } })
              }
              onDone={onChange}
            >
              <label>
                <span>{words('lowering.to')}</span>
                <select name="to">
                  {LEVELS.filter(
                    (level) => isGraver(rule.level, level) && (level === 'normal' || rule.limits[level] !== undefined),
                  ).map((level) => (
                    <option key={level} value={level}>
                      {words(`level.${level}`)}
                    </option>
                  ))}
                </select>
              </label>
            </ReasonDialog>
          </li>
        ))}
      </ul>
    </section>
  );
}
