import type { JSX } from 'preact';
import { z } from 'zod';
import { OpenSession } from '../../../src/contract/session.ts';
import { say } from '../live/language.ts';
import { usePolled } from '../live/polled.ts';
import { FaultLine } from './fault-line.tsx';
import { SessionLine } from './session-line.tsx';

interface PersonSessionsProps {
  readonly path: string;
  readonly timeZone: string | undefined;
}

const EVERY_MS = 15_000;

/** Where somebody is signed in. */
export function PersonSessions({ path, timeZone }: PersonSessionsProps): JSX.Element {
  const words = say.value;
  const { value, fault } = usePolled(`${path}/sessions`, z.array(OpenSession), EVERY_MS);
  return (
    <div class="part">
      <h3>{words('sessions.title')}</h3>
      <FaultLine fault={fault === undefined ? undefined : { code: fault }} />
      {value?.length === 0 && <p class="quiet">{words('people.noSession')}</p>}
      <ul class="lines">
        {value?.map((one) => (
          <SessionLine key={one.sessionId} session={one} timeZone={timeZone} />
        ))}
      </ul>
    </div>
  );
}
