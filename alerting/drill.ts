import type { CalloutEvent } from './callout-event.ts';
import { patch, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { cancel } from './dial.ts';
import { tellAll } from './notice.ts';
import type { CalloutPolicy, Ladder, StoredRung } from './policy.ts';
import { rungOf } from './rung.ts';

/**
 * The policy of a site's drill: the same people, ladders and times. No siren is in it: it cannot say that it is none, and
 * whoever hears it has to run. A rung of sirens alone is left out, and a ladder of nothing else stays with its people unheard.
 */
export function drillPolicy(policy: CalloutPolicy): CalloutPolicy {
  const ladders = Object.entries(policy.ladders).flatMap(([level, ladder]) => {
    const quiet = withoutSirens(ladder);
    return quiet === null ? [] : [[level, quiet] as const];
  });
  return { ...policy, drill: true, ladders: Object.fromEntries(ladders) };
}

function withoutSirens(ladder: Ladder): Ladder | null {
  const [first, ...rest] = ladder.rungs.flatMap((stored): StoredRung[] => {
    const rung = rungOf(stored);
    const media = rung.media.filter((medium) => medium !== 'siren');
    return media.length === 0 && rung.media.length > 0 ? [] : [{ ...rung, media }];
  });
  return first === undefined ? null : { ...ladder, rungs: [first, ...rest] };
}

/**
 * A drill is over without a release: something real happened, a person stopped it, or its time is up. Nobody is called any
 * more, and everybody who was is told; of what is real at once, that it is no drill.
 */
export function drillEnded(
  moment: Moment,
  change: Change,
  { why, by, note }: Extract<CalloutEvent, { type: 'drill-ended' }>,
): Change {
  if (moment.policy.drill !== true || change.callout.runs.length === 0) return change;
  const open = change.callout.attempts.filter((attempt) => attempt.open);
  const silent = open.reduce((next, attempt) => cancel(next, attempt, 'released'), change);
  const over = tell(patch(silent, { phase: 'released', drillEnded: why }), 'drill-ended', { why, by, note });
  return tellAll(moment, over, why === 'real' ? 'overtaken' : 'released');
}
