import type { Kysely } from 'kysely';
import type { LineView } from '../contract/lines.ts';
import type { LineFault } from '../core/acquired.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { loadSites } from '../app/site-config-store.ts';
import { linesOf } from '../gateway/views/lines-view.ts';
import type { Database } from '../platform/database.ts';

interface DoctorPorts {
  readonly db: Kysely<Database>;
  readonly now: Instant;
  readonly print: (text: string) => void;
}

/** What to look at first, for each fault a line can have. */
const ADVICE: Readonly<Record<LineFault, string>> = {
  gone: 'it signed off by itself: look whether it was switched off, or its power or network failed',
  unreachable:
    'nothing answers at that address: ping it from this machine; look at power, modem, SIM card, and the route',
  refused: 'the address is there and takes no connection: is the port right, and does its program run',
  closed: 'the other end ends the connection: another master may hold it, or it allows too few connections',
  'no-answer': 'it is connected and silent: slave address, baud and parity, A and B crossed, power of the device',
  'bad-answer':
    'what it answers cannot be read: wrong byte order or register, noise on the line, two devices of one address',
  'refused-request': 'the device refuses what it is asked: does it have that register or node, and may we read it',
  'login-refused': 'user, password or certificate is not accepted: look into ACQUIRE_SECRETS',
  'not-trusted': 'its certificate is not approved yet, or ours is not by it',
  'not-registered': 'nobody has called with the registration that is configured: look at what the modem sends first',
  'clock-wrong': 'its clock cannot be believed: set it, or let it ask a time server',
  silent: 'it was there and says nothing any more: look whether its task or subscription still runs',
  'spool-full': 'more waits on disk than may: the broker was away for long; look at it, and at SPOOL_MEGABYTES',
  'not-configured': 'its configuration cannot be run: the detail says why',
  internal: 'a fault of ours: the log of acquire has it; the line is begun anew by itself',
};

const USAGE = 'tailwatch doctor [SITE]';

/** `doctor [SITE]` prints how every line stands, what is wrong in words, and what to do. @returns 1 where something is wrong */
export async function doctorCommand(words: readonly string[], { db, now, print }: DoctorPorts): Promise<number> {
  const [only] = words;
  if (words.length > 1) throw new AppError('config/setting', `usage: ${USAGE}`);
  const sites = await loadSites(db, only === undefined ? undefined : [only]);
  if (only !== undefined && sites.length === 0) throw new AppError('site/not-found', `there is no site "${only}"`);
  let wrong = 0;
  let lineCount = 0;
  for (const { siteId } of sites) {
    const { lines, edges } = await linesOf(db, { siteId, now, pulse: null });
    for (const { edge, lost } of edges) {
      if (lost === null) continue;
      wrong += 1;
      print(`! ${siteId}: acquire "${edge}" lost values (${lost})\n    ${ADVICE['spool-full']}`);
    }
    for (const line of lines) {
      lineCount += 1;
      wrong += tellLine(siteId, line, now, print);
    }
  }
  if (lineCount === 0) print('no site has a line under `acquire`: instruments publish to the broker by themselves');
  else print(`${String(lineCount)} lines, ${wrong === 0 ? 'all well' : `${String(wrong)} faults`}`);
  return wrong === 0 ? 0 : 1;
}

function tellLine(siteId: string, line: LineView, now: Instant, print: DoctorPorts['print']): number {
  const name = `${siteId} ${line.line} (${line.protocol}, ${line.edge})`;
  if (line.paused) {
    print(`- ${name}: paused`);
    return 0;
  }
  const faulty = [
    ...(line.state === 'faulty' ? [{ who: name, ...line }] : []),
    ...line.devices
      .filter(({ state }) => state === 'faulty')
      .map((device) => ({ who: `${name} ${device.device}`, ...device })),
  ];
  const heard = line.lastAt === null ? 'nothing came yet' : `newest value ${ago(now - line.lastAt)} ago`;
  if (faulty.length === 0) {
    const isUnknown = line.since === null;
    print(`${isUnknown ? '?' : '✓'} ${name}: ${isUnknown ? 'has said nothing: does acquire run?' : heard}`);
    return isUnknown ? 1 : 0;
  }
  for (const { who, fault, detail, since } of faulty) {
    const for_ = since === null ? '' : ` for ${ago(now - since)}`;
    print(
      `! ${who}: ${fault ?? 'internal'}${for_}; ${heard}${detail === null ? '' : `\n    ${detail}`}\n    ${ADVICE[fault ?? 'internal']}`,
    );
  }
  return faulty.length;
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${String(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${String(minutes)} min` : `${String(Math.round(minutes / 60))} h`;
}
