import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import type { ProposalView } from '../../../src/contract/proposals.ts';
import { moment } from '../format/clock.ts';
import { pointName } from '../format/point-name.ts';
import { targetName } from '../format/target-name.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { session } from '../live/session.ts';
import { now } from '../live/site-watch.ts';
import { standingOf } from '../state/proposals.ts';
import { MayNot } from './may-not.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { ReviewTable } from './review-table.tsx';

interface ProposalLineProps {
  readonly proposal: ProposalView;
  readonly overview: SiteOverview;
  readonly onChange: () => void;
}

/** One proposal: who, why, what changes, until when, and the second person's word. */
export function ProposalLine({ proposal, overview, onChange }: ProposalLineProps): JSX.Element {
  const words = say.value;
  const { state, kind, reason, proposedBy, decided, review } = proposal;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  const standing = standingOf(proposal);
  const until = words(`changes.${standing}`, { time: time(proposal.expiresAt) });
  return (
    <li class={`change change-${state === 'open' ? standing : 'over'}`}>
      <p class="change-head">
        <strong>{words(proposal.shelf === null ? `changes.kind.${kind}` : 'changes.kind.alarm/shelve.list')}</strong>{' '}
        <span class="tag">{state === 'open' ? until : words(`changes.state.${state}`)}</span>
        {state === 'open' && standing === 'waits' && (
          <span class="quiet">{words('changes.until', { time: time(proposal.expiresAt) })}</span>
        )}
      </p>
      <p>{words('changes.by', { who: proposedBy, time: time(proposal.proposedAt), reason })}</p>
      <LoweringText proposal={proposal} overview={overview} />
      <FindingText proposal={proposal} overview={overview} />
      <WorkText proposal={proposal} overview={overview} />
      <ShelfText proposal={proposal} overview={overview} />
      <ShrinkingText proposal={proposal} />
      {decided !== null && (
        <p class="quiet">
          {words('changes.decidedBy', { who: decided.by, time: time(decided.at), reason: decided.reason })}
        </p>
      )}
      {review !== null && state === 'open' && <ReviewTable review={review} />}
      {state === 'open' && <Decide proposal={proposal} onChange={onChange} />}
    </li>
  );
}

function LoweringText({ proposal, overview }: Pick<ProposalLineProps, 'proposal' | 'overview'>): JSX.Element | null {
  const words = say.value;
  const { lowering, state } = proposal;
  if (lowering === null) return null;
  const rule = overview.rules.find(({ target }) => target === lowering.target);
  const sensor = overview.sensors.find(({ sensorId }) => sensorId === rule?.sensorId);
  const [from, to] = [words(`level.${lowering.from}`), words(`level.${lowering.to}`)];
  return (
    <p>
      <strong>{words('changes.lowering', { name: sensor?.name[words.language] ?? lowering.target, from, to })}</strong>{' '}
      {state === 'approved' && <span>{words(`changes.lowering.${lowering.outcome ?? 'pending'}`)}</span>}
    </p>
  );
}

function FindingText({ proposal, overview }: Pick<ProposalLineProps, 'proposal' | 'overview'>): JSX.Element | null {
  const words = say.value;
  const { finding } = proposal;
  if (finding === null) return null;
  const { from, to, inspectedBy, inspectedAt, seen } = finding;
  const told = overview.reports.find(({ key }) => key === `finding:${finding.findingId}`)?.words[words.language];
  const time = moment(inspectedAt, now.value, overview.timeZone, words.language);
  const levels = { from: words(`level.${from}`), to: words(`level.${to}`) };
  return (
    <p>
      {told !== undefined && <span>{told} </span>}
      <strong>{words('changes.findingLowering', { ...levels, who: inspectedBy, time, seen })}</strong>
    </p>
  );
}

function WorkText({ proposal, overview }: Pick<ProposalLineProps, 'proposal' | 'overview'>): JSX.Element | null {
  const words = say.value;
  const { work } = proposal;
  if (work === null) return null;
  const point = pointName(
    overview.sensors.filter((sensor) => sensor.point === work.point),
    words,
  );
  const levels = work.levels.map(({ level }) => words(`level.${level}`)).join(words('list.separator'));
  return (
    <p>
      <strong>{words('changes.work', { point: point || work.point, minutes: work.minutes, levels })}</strong>
    </p>
  );
}

function ShrinkingText({ proposal: { shrinking } }: Pick<ProposalLineProps, 'proposal'>): JSX.Element | null {
  const words = say.value;
  if (shrinking === null) return null;
  const { groupId, removed, left } = shrinking;
  const names = removed.join(words('list.separator'));
  return (
    <p>
      <strong>{words('changes.shrinking', { group: groupId, count: removed.length, names, left })}</strong>
    </p>
  );
}

function ShelfText({ proposal, overview }: Pick<ProposalLineProps, 'proposal' | 'overview'>): JSX.Element | null {
  const words = say.value;
  const { shelf } = proposal;
  if (shelf === null) return null;
  const values = { name: targetName(overview, shelf.target, words), hours: shelf.hours };
  return (
    <p>
      <strong>{words('changes.shelf', { ...values, level: words(`level.${shelf.level}`) })}</strong>
    </p>
  );
}

/** Nobody decides about what is his own: that is said, and there is no button. */
function Decide({ proposal, onChange }: Omit<ProposalLineProps, 'overview'>): JSX.Element {
  const words = say.value;
  const send = (how: 'approve' | 'refuse' | 'withdraw') => (reason: string) =>
    ask(`/api/proposals/${proposal.proposalId}/${how}`, null, { method: 'POST', body: { reason } });
  const acted = proposal.actedAt !== null;
  if (proposal.proposedBy === session.value?.name)
    return (
      <div class="change-do">
        <p>{words('changes.own')}</p>
        {!acted && (
          <ReasonDialog
            action={words('changes.withdraw')}
            explain={words('changes.withdrawExplain')}
            onReason={send('withdraw')}
            onDone={onChange}
          />
        )}
      </div>
    );
  if (!may('proposal/decide', proposal.siteId)) return <MayNot permission="proposal/decide" siteId={proposal.siteId} />;
  return (
    <div class="change-do">
      <ReasonDialog
        strong
        action={words(acted ? 'changes.confirmSeen' : 'changes.approve')}
        explain={words(acted ? 'changes.seenExplain' : 'changes.approveExplain')}
        onReason={send('approve')}
        onDone={onChange}
      />
      <ReasonDialog
        action={words('changes.refuse')}
        explain={words('changes.refuseExplain')}
        onReason={send('refuse')}
        onDone={onChange}
      />
    </div>
  );
}
