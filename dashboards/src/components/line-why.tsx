import type { JSX } from 'preact';
import type { LineView } from '../../../src/contract/lines.ts';
import { say } from '../live/language.ts';
import { toApprove } from '../state/lines.ts';
import { CopyButton } from './copy-button.tsx';

/** Why a line or a device gives nothing, what to look at first, and which certificate waits for a person. */
export function LineWhy({ of }: { readonly of: Pick<LineView, 'fault' | 'detail'> }): JSX.Element | null {
  const words = say.value;
  const { fault, detail } = of;
  if (fault === null) return null;
  const certificate = toApprove(of);
  return (
    <div class="line-why">
      <p>
        <strong class="line-fault">{words(`lineFault.${fault}`)}</strong>
        {words(`lineAdvice.${fault}`)}
      </p>
      {certificate !== null && (
        <div class="line-trust">
          <p>{words(`lineTrust.${certificate.whose}`)}</p>
          <p>
            <code>{certificate.fingerprint}</code> <CopyButton text={certificate.fingerprint} />
          </p>
          <p>{words(`lineTrust.${certificate.whose}What`)}</p>
        </div>
      )}
      {detail !== null && <small class="technical quiet">{words('technical', { detail })}</small>}
    </div>
  );
}
