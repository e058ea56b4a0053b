import type { WarningLevel } from '../src/core/level.ts';
import { elapsedMs } from '../src/core/time.ts';
import type { DurationMs, Instant } from '../src/core/time.ts';
import type { Medium, Words } from './policy.ts';

/** A carrier as the last look found it. */
export interface SeenCarrier {
  readonly name: string;
  readonly media: readonly string[];
  /** It calls nobody. `null`: it has not said yet. */
  readonly simulated: boolean | null;
  /** `null`: it can be reached, and can call. */
  readonly failingSince: Instant | null;
}

export interface CarrierFault {
  readonly key: string;
  readonly level: WarningLevel;
  readonly words: Words;
}

/** By what people are woken, and what takes its place. */
const OTHER_PATH: Readonly<Partial<Record<Medium, Medium>>> = { voice: 'sms', sms: 'voice' };

/** Under this key it stands that nobody can be reached by a medium. */
const deadKey = (medium: Medium): string => `carriers:${medium}`;

/**
 * What is at fault of the carriers for so long: at `level` that none of a medium is left, each medium once; at blue any other.
 * One cause is one fault: a carrier of a dead medium is not told besides. One that is simulated takes the place of none that calls.
 */
export function carrierFaults(
  seen: readonly SeenCarrier[],
  now: Instant,
  { afterMs, level }: { readonly afterMs: DurationMs; readonly level: WarningLevel },
): readonly CarrierFault[] {
  const fails = ({ failingSince }: SeenCarrier): boolean =>
    failingSince !== null && elapsedMs(failingSince, now) >= afterMs;
  const callersOf = (medium: string): readonly SeenCarrier[] => {
    const own = seen.filter(({ media }) => media.includes(medium));
    const calling = own.filter(({ simulated }) => simulated !== true);
    return calling.length > 0 ? calling : own;
  };
  const isReplaced = ({ media }: SeenCarrier): boolean =>
    media.every((medium) => callersOf(medium).some((one) => !fails(one)));
  const dead = (['voice', 'sms'] as const).filter((medium) => {
    const own = callersOf(medium);
    return own.length > 0 && own.every(fails);
  });
  const alone = seen.filter((one) => fails(one) && !dead.some((medium) => one.media.includes(medium)));
  return [
    ...dead.map((medium) => ({ key: deadKey(medium), level, words: DEAD[medium] })),
    ...alone.map(
      (one) => ({ key: `carrier:${one.name}`, level: 'blue', words: failing(one.name, isReplaced(one)) }) as const,
    ),
  ];
}

const DEAD: Readonly<Record<'voice' | 'sms', Words>> = {
  voice: {
    zh: '电话叫应线路全部中断，现改用短信，请立即人工电话叫应并检查线路',
    en: 'no carrier can make calls: messages are sent instead. Call people by hand and see to the carriers at once',
  },
  sms: {
    zh: '短信线路全部中断，现改用电话，请立即检查线路',
    en: 'no carrier can send messages: people are called instead. See to the carriers at once',
  },
};

const failing = (name: string, isReplaced: boolean): Words => ({
  zh: `叫应线路 ${name} 故障，${isReplaced ? '由备用线路承担' : '无备用线路'}`,
  en: `carrier ${name} fails: ${isReplaced ? 'another one calls' : 'none is there'} in its place`,
});

/** The media of a rung, and beside one that is dead the other by which a person can be reached. */
export function withOtherPath(
  media: readonly Medium[],
  reports: Readonly<Record<string, { readonly level: string }>> = {},
): readonly Medium[] {
  const others = media.flatMap((medium) => {
    const other = OTHER_PATH[medium];
    const stands = (reports[deadKey(medium)]?.level ?? 'normal') !== 'normal';
    return stands && other !== undefined ? [other] : [];
  });
  return [...new Set([...media, ...others])];
}
