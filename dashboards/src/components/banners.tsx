import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { lengthInWords } from '../format/age.ts';
import { say } from '../live/language.ts';
import { now, outdated, overviewFault, reconnectNow, watch } from '../live/site-watch.ts';
import { maySomewhere, whyNot } from '../live/permission.ts';
import { localNow } from '../live/ticking.ts';
import { silence } from '../state/silence.ts';
import { serverTime } from '../state/watch.ts';
import { ArmButton } from './arm-button.tsx';
import { Banner } from './banner.tsx';
import { ClockBanner } from './clock-banner.tsx';
import { CarrierBanner } from './carrier-banner.tsx';
import { ChangesBanner } from './changes-banner.tsx';
import { DrillBanner } from './drill-banner.tsx';
import { GapsBanner } from './gaps-banner.tsx';
import { MayNot } from './may-not.tsx';
import { TruthBanners } from './truth-banners.tsx';

/** What must be known before anything else is believed. Each stays for as long as it is true. */
export function Banners({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const mute = silence(watch.value);
  // Without its database the process that calls gives no sign of work here, though it may call from its list on disk:
  // one banner for that one cause, and none for each of its effects.
  const inTheDark = watch.value.unrecorded !== null && !watch.value.calling;
  const alert = inTheDark ? 'alertUnknown' : watch.value.standIn ? 'standIn' : 'alertSilent';
  // An administrator must not look for a button that only waits for a second factor.
  const armWaits = !maySomewhere('installation/arm') && whyNot('installation/arm', overview.siteId) === 'second-factor';
  return (
    <div class="banners">
      <LostBanner timeZone={overview.timeZone} />
      {mute !== undefined && <Banner loud title={words(`banner.judge${mute}`)} detail={words('banner.judgeDetail')} />}
      <TruthBanners overview={overview} />
      {!watch.value.armed && watch.value.link.phase === 'live' && (
        <Banner loud title={words('banner.unarmed')} detail={words('banner.unarmedDetail')}>
          {maySomewhere('installation/arm') && <ArmButton timeZone={overview.timeZone} />}
          {armWaits && <MayNot permission="installation/arm" siteId={overview.siteId} />}
        </Banner>
      )}
      {!watch.value.calling && watch.value.link.phase === 'live' && (
        <Banner loud title={words(`banner.${alert}`)} detail={words(`banner.${alert}Detail`)} />
      )}
      {!watch.value.following && !inTheDark && watch.value.link.phase === 'live' && (
        <Banner loud title={words('banner.notFollowing')} detail={words('banner.overviewFailedDetail')} />
      )}
      <ClockBanner />
      <CarrierBanner carrier={overview.carrier} />
      <DrillBanner overview={overview} />
      <GapsBanner siteId={overview.siteId} />
      <ChangesBanner siteId={overview.siteId} />
      {overviewFault.value !== null && !inTheDark && watch.value.link.phase === 'live' && (
        <Banner loud title={words('banner.overviewFailed')} detail={words('banner.overviewFailedDetail')} />
      )}
      {outdated.value && (
        <Banner loud title={words('banner.outdated')} detail={words('banner.outdatedDetail')}>
          <button type="button" class="button" onClick={() => window.location.reload()}>
            {words('banner.reload')}
          </button>
        </Banner>
      )}
    </div>
  );
}

function LostBanner({ timeZone }: { readonly timeZone: string }): JSX.Element | null {
  const words = say.value;
  const { link } = watch.value;
  if (link.phase !== 'lost') return null;
  const { retryAt, tries, since } = link;
  const retry =
    retryAt === null
      ? words('banner.retrying', { tries })
      : words('banner.retryIn', { age: lengthInWords(words, retryAt - localNow.value + 999), tries });
  const time = moment(serverTime(watch.value, since), now.value, timeZone, words.language);
  const age = lengthInWords(words, localNow.value - since);
  return (
    <Banner loud title={words('banner.lost')} detail={words('banner.lostDetail', { time, age, retry })}>
      <button type="button" class="button" onClick={reconnectNow}>
        {words('banner.retryNow')}
      </button>
    </Banner>
  );
}
