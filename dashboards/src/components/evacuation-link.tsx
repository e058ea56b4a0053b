import type { JSX } from 'preact';
import { z } from 'zod';
import { BroadcastSummary } from '../../../src/contract/evacuation.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { hrefOf } from '../live/view.ts';

const EVERY_MS = 10_000;

/** The way to the evacuation, beside what people are called for; while one runs everybody sees it. */
export function EvacuationLink({ siteId }: { readonly siteId: string }): JSX.Element | null {
  const words = say.value;
  const path = `/api/sites/${encodeURIComponent(siteId)}/broadcasts`;
  const { value = [] } = usePolled(path, z.array(BroadcastSummary), EVERY_MS);
  const running = value.find(({ endedAt }) => endedAt === null);
  if (running === undefined && !may('broadcast/press', siteId)) return null;
  return (
    <a class="button button-big button-evacuate" href={hrefOf('evacuation')}>
      {running === undefined ? words('evacuation.button') : words('evacuation.running')}
      {running?.drill === true && <span class="tag">{words('evacuation.drill')}</span>}
    </a>
  );
}
