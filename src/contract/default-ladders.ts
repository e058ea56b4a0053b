import { WARNING_LEVELS } from '../core/level.ts';
import { entry, list } from './written.ts';
import type { Entry, Written } from './written.ts';

const byMessage = (...duties: readonly string[]) => ({ who: duties.map((duty) => ({ duty })), media: ['sms'] });
const byCall = (...duties: readonly string[]) => ({ who: duties.map((duty) => ({ duty })), media: ['voice', 'sms'] });

/**
 * Whom a level calls that says `default`: blue shows on the screen alone, yellow sends messages, orange and red call, with
 * a message beside it; three attempts in five minutes, then the next rung while the one below rings on.
 */
const DEFAULT_LADDERS: Readonly<
  Record<string, { readonly answeredBy: readonly string[]; readonly rungs: readonly Entry[] }>
> = {
  yellow: {
    answeredBy: ['control-room', 'duty-officer', 'chief-engineer', 'deputy-principal', 'principal'],
    rungs: [byMessage('control-room'), byMessage('duty-officer')],
  },
  orange: {
    answeredBy: ['duty-officer', 'chief-engineer', 'deputy-principal', 'principal'],
    rungs: [byCall('duty-officer'), byCall('chief-engineer'), byCall('deputy-principal', 'principal')],
  },
  red: {
    answeredBy: ['principal', 'deputy-principal'],
    rungs: [byCall('principal'), byCall('deputy-principal'), byCall('chief-engineer', 'duty-officer')],
  },
};

/**
 * A site as it was written, with ladders in place of the word `default`, or all of them where `ladders` is left out. So
 * what is kept of a site, looked at by a second person, says who is called: another program with other defaults changes
 * nothing. Duties that nobody of the site has are left out, as long as somebody remains whose answer counts.
 */
export function withDefaultLadders(site: Written): Written {
  const { callout, contacts } = entry(site);
  if (typeof callout !== 'object' || callout === null) return site;
  const { ladders = { yellow: 'default', orange: 'default', red: 'default' } } = entry(callout);
  if (typeof ladders !== 'object' || ladders === null) return site;
  const had = new Set(list(contacts).map(({ duty }) => duty));
  const filled = Object.entries(entry(ladders)).flatMap(([level, ladder]): [string, Written][] =>
    ladder === 'default' && WARNING_LEVELS.some((one) => one === level)
      ? DEFAULT_LADDERS[level] === undefined
        ? []
        : [[level, ladderFor(DEFAULT_LADDERS[level], had)]]
      : [[level, ladder]],
  );
  return { ...entry(site), callout: { ...entry(callout), ladders: Object.fromEntries(filled) } };
}

function ladderFor(ladder: (typeof DEFAULT_LADDERS)[string], had: ReadonlySet<Written>): Written {
  const rungs = ladder.rungs.flatMap((rung) => {
    const who = list(rung['who']).filter(({ duty }) => had.has(duty));
    return who.length === 0 ? [] : [{ ...rung, who }];
  });
  const canBeAnswered = rungs.some(({ who }) => who.some(({ duty }) => ladder.answeredBy.some((one) => one === duty)));
  return canBeAnswered ? { ...ladder, rungs } : ladder;
}
