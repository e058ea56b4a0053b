import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { problemText } from '../format/problem.ts';
import { useProposals } from '../live/changes.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { ProposalLine } from './proposal-line.tsx';
import { ProposeLowering } from './propose-lowering.tsx';
import { SubmitSite } from './submit-site.tsx';

/** The page 变更审批: what waits for a second person, what became of the rest, and where changes are handed in. */
export function ChangesPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { value = [], fault, again } = useProposals(overview.siteId);
  const open = value.filter(({ state }) => state === 'open');
  const over = value.filter(({ state }) => state !== 'open');
  const lines = (of: typeof value): JSX.Element[] =>
    of.map((proposal) => (
      <ProposalLine key={proposal.proposalId} proposal={proposal} overview={overview} onChange={again} />
    ));
  return (
    <main class="page-changes">
      <section class="panel changes" aria-labelledby="changes-title">
        <h2 id="changes-title">{words('changes.title')}</h2>
        <p class="quiet">{words('changes.explain')}</p>
        {fault !== undefined && (
          <p class="fault" role="alert">
            {problemText(words, fault)}
          </p>
        )}
        {open.length === 0 && fault === undefined && <p>{words('changes.none')}</p>}
        <ol>{lines(open)}</ol>
      </section>
      <div class="changes-side">
        {may('site/configure', overview.siteId) && <SubmitSite overview={overview} onChange={again} />}
        {may('alarm/acknowledge', overview.siteId) && <ProposeLowering overview={overview} onChange={again} />}
        <section class="panel changes" aria-labelledby="past-title">
          <h2 id="past-title">{words('changes.past')}</h2>
          <ol>{lines(over)}</ol>
        </section>
      </div>
    </main>
  );
}
