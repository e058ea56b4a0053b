import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { lengthInWords } from '../format/age.ts';
import { moment } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { now, watch } from '../live/site-watch.ts';
import { isUnverified } from '../state/marks.ts';
import { standingRules } from '../state/standing.ts';
import { Banner } from './banner.tsx';

/** How far what is on screen is recorded, believed and guarded. */
export function TruthBanners({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  return (
    <>
      <NotRecorded timeZone={overview.timeZone} />
      {!overview.guarded && (
        <Banner loud title={words('banner.notGuarded')} detail={words('banner.notGuardedDetail')} />
      )}
      {overview.carrier?.simulated === false && overview.callProvedAt === null && (
        <Banner loud title={words('banner.notInService')} detail={words('banner.notInServiceDetail')} />
      )}
      {overview.service === 'trial' && <Banner title={words('banner.trial')} detail={words('banner.trialDetail')} />}
      <Unverified overview={overview} />
    </>
  );
}

function NotRecorded({ timeZone }: { readonly timeZone: string }): JSX.Element | null {
  const words = say.value;
  const { unrecorded, judge, link } = watch.value;
  if (unrecorded === null || link.phase !== 'live' || judge === null || judge === undefined) return null;
  const time = moment(unrecorded.since, now.value, timeZone, words.language);
  const age = lengthInWords(words, now.value - unrecorded.since);
  return <Banner loud title={words('banner.notRecorded')} detail={words('banner.notRecordedDetail', { time, age })} />;
}

function Unverified({ overview }: { readonly overview: SiteOverview }): JSX.Element | null {
  const words = say.value;
  const names = overview.sensors.flatMap((sensor) => {
    const standing = standingRules(sensor, overview.rules).filter(({ level }) => level !== 'normal');
    const level = words(`level.${standing[0]?.level ?? 'normal'}`);
    return isUnverified(standing) ? [words('banner.unverifiedOne', { name: sensor.name[words.language], level })] : [];
  });
  if (names.length === 0) return null;
  const title = words('banner.unverified', { names: names.join(words('list.separator')) });
  return <Banner title={title} detail={words('banner.unverifiedDetail')} kind="unverified" />;
}
