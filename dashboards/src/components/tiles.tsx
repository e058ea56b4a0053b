import type { JSX } from 'preact';
import type { SensorView, SiteOverview } from '../../../src/contract/http.ts';
import { say } from '../live/language.ts';
import type { Board, Group } from '../state/board.ts';
import { LevelMark } from './level-mark.tsx';
import { Tile } from './tile.tsx';

interface TilesProps {
  readonly board: Board;
  readonly overview: SiteOverview;
}

/** A tile per sensor, in groups, the worst first; retired sensors are folded away at the end. */
export function Tiles({ board, overview }: TilesProps): JSX.Element {
  const words = say.value;
  return (
    <section class="board" aria-label={words('tiles.title')} tabIndex={0}>
      {board.groups.map((group) => (
        <GroupOf key={group.id} group={group} overview={overview} />
      ))}
      {board.retired.length > 0 && <Retired sensors={board.retired} />}
    </section>
  );
}

function GroupOf({ group, overview }: { readonly group: Group; readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { name, level } = group;
  return (
    <section class="group">
      {name !== 'all' && (
        <h2 class="group-name">
          {level !== 'normal' && <LevelMark mark={level} />}
          <span>{typeof name === 'string' ? words(`family.${name}`) : name[words.language]}</span>
        </h2>
      )}
      <div class="tiles">
        {group.sensors.map((sensor) => (
          <Tile key={sensor.sensorId} sensor={sensor} overview={overview} />
        ))}
      </div>
    </section>
  );
}

function Retired({ sensors }: { readonly sensors: readonly SensorView[] }): JSX.Element {
  const words = say.value;
  return (
    <details class="retired">
      <summary>{words('tiles.retired', { count: sensors.length })}</summary>
      <p class="quiet">{sensors.map((sensor) => sensor.name[words.language]).join(words('list.separator'))}</p>
    </details>
  );
}
