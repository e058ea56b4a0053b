import type { JSX } from 'preact';
import type { Permission } from '../../../src/core/access.ts';
import { say } from '../live/language.ts';
import { whyNot } from '../live/permission.ts';
import { hrefOf } from '../live/view.ts';

interface MayNotProps {
  readonly permission: Extract<
    Permission,
    | 'accident/declare'
    | 'alarm/acknowledge'
    | 'callout/answer'
    | 'callout/release'
    | 'finding/report'
    | 'installation/arm'
    | 'drill/start'
    | 'broadcast/press'
    | 'weather/announce'
    | 'line/ask'
    | 'maintenance/manage'
    | 'proposal/decide'
    | 'quarantine/replay'
  >;
  readonly siteId: string;
}

/** Stands where a button would be that the server would refuse, and says why it is not there. */
export function MayNot({ permission, siteId }: MayNotProps): JSX.Element {
  const words = say.value;
  const why = whyNot(permission, siteId);
  return (
    <p class="may-not">
      {words(`mayNot.${permission}`)} {words(`mayNotWhy.${why}`)}{' '}
      {why === 'second-factor' && <a href={hrefOf('account')}>{words('mayNot.toAccount')}</a>}
    </p>
  );
}
