import type { Callout } from './callout.ts';
import type { NoticeKind } from './callout-event.ts';
import type { CalloutPolicy, Words } from './policy.ts';

type Framed = Pick<CalloutPolicy, 'drill'>;

/** Around every text of a drill, in the language of the text: whoever hears only a part of it knows what it is. */
export const DRILL_FRAME: Readonly<Record<keyof Words, (text: string) => string>> = {
  zh: (text) => `演练 DRILL。${text}这是演练。`,
  en: (text) => `演练 DRILL. ${text} This is a drill (这是演练).`,
};

/** Before every text of a callout that took the place of a drill. */
const NO_DRILL: Words = { zh: '这不是演练。', en: 'This is not a drill (这不是演练). ' };

/** The texts of a callout, as they are told: of a drill as one, and where one ran just before that this is none. */
export function announced(policy: Framed, { overtook }: Pick<Callout, 'overtook'>, say: Words): Words {
  if (policy.drill === true) return { zh: DRILL_FRAME.zh(say.zh), en: DRILL_FRAME.en(say.en) };
  return overtook === true ? { zh: NO_DRILL.zh + say.zh, en: NO_DRILL.en + say.en } : say;
}

/** What is said back on the line of a drill: it begins with that word, whatever was pressed. */
export const saidInDrill = (policy: Framed, text: string): string =>
  policy.drill === true ? `演练 DRILL。${text}` : text;

/**
 * What a template calls the site and the place: the first of their words says whether this is a drill. The place says it too: the
 * text after a key has no site, and a template that was worded without one must not make a drill real.
 */
export function slotsAnnounced(
  policy: Pick<CalloutPolicy, 'drill' | 'siteName'>,
  { overtook }: Pick<Callout, 'overtook'>,
  { place, kind }: { readonly place: string; readonly kind?: NoticeKind | undefined },
): { readonly site: string; readonly place: string } {
  const site = policy.siteName.zh;
  if (kind === 'overtaken' || overtook === true) return { site: `这不是演练 ${site}`, place };
  return policy.drill === true ? { site: `演练 ${site}`, place: `演练 ${place}` } : { site, place };
}

/** Written to everybody who was called, when something real ends a drill, and said to who is still on its line. */
export const overtakenText = (site: Words): Words => ({
  zh: `这不是演练！${site.zh}发生真实情况，演练已中止。请接听真实叫应电话并按真实预案处置。`,
  en: `This is not a drill (这不是演练): something real has happened at ${site.en}, and the drill is over. Answer the real call and act on it.`,
});

/** Written to everybody who was called, when a drill has ended. */
export const drillOver = (site: Words): Words => ({
  zh: `演练 DRILL。${site.zh}，演练结束。现场无真实预警。这是演练。`,
  en: `演练 DRILL. ${site.en}: the drill is over; nothing real has happened. This was a drill (这是演练).`,
});
