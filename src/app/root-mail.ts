import { createTransport } from 'nodemailer';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { AppError, hasCode } from '../core/errors.ts';
import { HOUR, MINUTE, SECOND } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { rootOfDay } from '../platform/audit-root.ts';
import { backOffMs } from '../platform/back-off.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { MailSettings } from '../platform/settings.ts';
import { auditReport } from './audit-report.ts';
import { faultOf } from './duty.ts';

interface RootMailPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly mail: MailSettings;
  readonly log: Logger;
}

/** Mails the roots that are due, each until the mail server has taken it, ever more slowly. Says once that it does not. */
export function rootMailer({ log, ...ports }: RootMailPorts): { round(): Promise<void> } {
  let isRefused = false;
  return {
    async round() {
      try {
        while (await mailNext(ports)) {
          if (isRefused) log.info('the mail server takes roots of the audit again');
          isRefused = false;
        }
      } catch (error) {
        if (!hasCode(error, 'mail/not-sent')) throw error;
        if (!isRefused) log.error(faultOf(error), 'a root of the audit could not be mailed; tried until it is');
        isRefused = true;
      }
    },
  };
}

/**
 * Mails the next root that is due, if there is one, and says whether. Its next try stands in the row before it is sent:
 * two processes send it once, and one that was killed meanwhile sends it again, under the same message id.
 */
async function mailNext({ db, clock, mail }: Omit<RootMailPorts, 'log'>): Promise<boolean> {
  const day = await claim(db, await clock.read(db));
  if (day === null) return false;
  const root = await rootOfDay(db, day);
  if (root === null) throw new Error(`the root of ${day} is not there`);
  await send(mail, {
    messageId: `<audit-root-${day}-${root.hash.slice(0, 16)}@tailwatch.invalid>`,
    subject: `Tailwatch 审计根 / audit root ${day}`,
    text: `${await auditReport(db, root)}\n`,
  });
  const mailedAt = new Date(await clock.read(db));
  await db.updateTable('audit_mail').set({ mailed_at: mailedAt }).where('day', '=', day).execute();
  return true;
}

async function claim(db: Kysely<Database>, now: Instant): Promise<string | null> {
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('audit_mail')
      .select(['day', 'tries'])
      .where('mailed_at', 'is', null)
      .where('due_at', '<=', new Date(now))
      .orderBy('day')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (row === undefined) return null;
    const due = new Date(now + backOffMs(row.tries, MINUTE, HOUR));
    await tx
      .updateTable('audit_mail')
      .set({ due_at: due, tries: sql<number>`tries + 1` })
      .where('day', '=', row.day)
      .execute();
    return row.day;
  });
}

interface Letter {
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
}

async function send({ url, from, to }: MailSettings, letter: Letter): Promise<void> {
  const transport = createTransport({
    url,
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 10 * SECOND,
    socketTimeout: 20 * SECOND,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ from, to: [...to], ...letter });
  } catch (cause) {
    throw new AppError('mail/not-sent', `the mail server does not take it: ${(cause as Error).message}`, {
      cause,
      retryable: true,
    });
  } finally {
    transport.close();
  }
}
