import type { JSX } from 'preact';
import type { ReviewView } from '../../../src/contract/proposals.ts';
import { say } from '../live/language.ts';

const WEIGHTS = ['loosening', 'tightening', 'neutral'] as const;

/** What a configuration changes, from what to what; what loosens comes first. */
export function ReviewTable({ review }: { readonly review: ReviewView }): JSX.Element {
  const words = say.value;
  return (
    <div class="review">
      {WEIGHTS.filter((weight) => review[weight].length > 0).map((weight) => (
        <table key={weight} class={`review-${weight}`}>
          <caption>{words(`changes.${weight}`)}</caption>
          <thead>
            <tr>
              <td />
              <th scope="col">{words('changes.before')}</th>
              <th scope="col">{words('changes.after')}</th>
            </tr>
          </thead>
          <tbody>
            {review[weight].map(({ path, before, after }) => (
              <tr key={path}>
                <th scope="row">
                  <code>{path}</code>
                </th>
                <td>{before ?? words('changes.absent')}</td>
                <td>{after ?? words('changes.absent')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
