import type { JSX } from 'preact';
import { z } from 'zod';
import { AccidentView } from '../../../src/contract/accidents.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { AccidentCard } from './accident-card.tsx';
import { AccidentForm } from './accident-form.tsx';
import { MayNot } from './may-not.tsx';

const EVERY_MS = 5_000;

/** The page 事故报告: what has been declared, who has to be told by when, and what to say. */
export function AccidentPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const path = `/api/sites/${encodeURIComponent(overview.siteId)}/accidents`;
  const { value, fault, again } = usePolled(path, z.array(AccidentView), EVERY_MS);
  const mayDeclare = may('accident/declare', overview.siteId);
  return (
    <main class="page-accident">
      <section class="panel" aria-labelledby="accident-title">
        <h2 id="accident-title">{words('accident.title')}</h2>
        <p class="quiet no-print">{words('accident.explain')}</p>
        {fault !== undefined && (
          <p class="fault" role="alert">
            {problemText(words, fault)}
          </p>
        )}
        {value?.length === 0 && <p>{words('accident.none')}</p>}
        {mayDeclare ? (
          <AccidentForm path={path} known={null} onDone={again} />
        ) : (
          <MayNot permission="accident/declare" siteId={overview.siteId} />
        )}
      </section>
      {(value ?? []).map((accident) => (
        <AccidentCard
          key={accident.accidentId}
          accident={accident}
          overview={overview}
          mayTell={mayDeclare && accident.closed === null}
          onChange={again}
        />
      ))}
    </main>
  );
}
