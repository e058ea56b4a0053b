import type { Kysely, Selectable, Transaction } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { digestOf, spellable } from './secret-words.ts';
import type { Sealer } from './sealed.ts';

/** RFC 6238 as every authenticator knows it: SHA-1, six digits, thirty seconds. */
const PERIOD_S = 30;
const SECRET_BYTES = 20;
/** A telephone's clock may be one step off. */
const STEPS_OFF = 1;
const RECOVERY_CODES = 10;

type AccountRow = Selectable<Database['account']>;

/** What a telephone reads, as a link for a drawn code and as letters to type. */
export interface Enrolment {
  readonly uri: string;
  readonly key: string;
}

export interface SecondFactor {
  /** Draws a secret and keeps it sealed; it counts once a code of it was given. Throws `second-factor/no-key` without SECRET_KEY. */
  enrol(account: { readonly id: string; readonly name: string }): Promise<Enrolment>;
  /** The first code of a drawn secret: from now on one is asked for. Returns the recovery codes, kept nowhere. Throws `second-factor/wrong-code`. */
  confirm(accountId: string, code: string, now: Instant): Promise<readonly string[]>;
  /** Whether this is the present code, not taken before, or an unused recovery code; it is used up. */
  take(account: AccountRow, code: string, now: Instant): Promise<boolean>;
  /** No code is asked for any more. */
  remove(accountId: string): Promise<void>;
}

/** One-time codes of an authenticator. `seal` null: there is no SECRET_KEY, and nothing can be kept. */
export function secondFactor(db: Kysely<Database>, seal: Sealer | null): SecondFactor {
  /** The step a code belongs to, if it is one that was not taken before. */
  const stepOf = (row: AccountRow, code: string, now: Instant): number | null => {
    if (row.totp_sealed === null) return null;
    const secret = seal?.open(row.totp_sealed) ?? null;
    if (secret === null) throw new AppError('second-factor/no-key', 'SECRET_KEY is not the one this was sealed with');
    const totp = totpOf(secret);
    const off = totp.validate({ token: digitsOf(code), timestamp: now, window: STEPS_OFF });
    if (off === null) return null;
    const step = Math.floor(now / (PERIOD_S * SECOND)) + off;
    return step > row.totp_used_step ? step : null;
  };
  /** Two requests with one code: one of them has it. */
  const useStep = async (accountId: string, step: number): Promise<boolean> => {
    const used = await db
      .updateTable('account')
      .set({ totp_used_step: step })
      .where('id', '=', accountId)
      .where('totp_used_step', '<', step)
      .executeTakeFirst();
    return used.numUpdatedRows > 0n;
  };
  const rowOf = (accountId: string): Promise<AccountRow> =>
    db.selectFrom('account').selectAll().where('id', '=', accountId).executeTakeFirstOrThrow();

  return {
    async enrol({ id, name }) {
      if (seal === null) throw new AppError('second-factor/no-key', 'the service was started without SECRET_KEY');
      const secret = new Secret({ size: SECRET_BYTES });
      await db
        .updateTable('account')
        .set({ totp_sealed: seal.seal(secret.bytes), totp_confirmed_at: null, totp_used_step: 0 })
        .where('id', '=', id)
        .execute();
      const totp = new TOTP({ issuer: 'Tailwatch', label: name, secret, period: PERIOD_S });
      return { uri: totp.toString(), key: secret.base32 };
    },

    async confirm(accountId, code, now) {
      const step = stepOf(await rowOf(accountId), code, now);
      if (step === null || !(await useStep(accountId, step)))
        throw new AppError('second-factor/wrong-code', 'the code is wrong, or was used');
      const codes = Array.from({ length: RECOVERY_CODES }, () => spellable(2));
      await db.transaction().execute(async (tx) => {
        await tx
          .updateTable('account')
          .set({ totp_confirmed_at: new Date(now) })
          .where('id', '=', accountId)
          .execute();
        await tx.deleteFrom('recovery_code').where('account_id', '=', accountId).execute();
        await tx
          .insertInto('recovery_code')
          .values(codes.map((each) => ({ account_id: accountId, code_hash: digestOf(each), used_at: null })))
          .execute();
      });
      return codes;
    },

    async take(account, code, now) {
      // Recovery codes have letters. They open also where the secret cannot be read: SECRET_KEY was lost.
      if (/^\d+$/.test(digitsOf(code))) {
        const step = stepOf(account, code, now);
        return step !== null && useStep(account.id, step);
      }
      const used = await db
        .updateTable('recovery_code')
        .set({ used_at: new Date(now) })
        .where('account_id', '=', account.id)
        .where('code_hash', '=', digestOf(lettersOf(code)))
        .where('used_at', 'is', null)
        .executeTakeFirst();
      return used.numUpdatedRows > 0n;
    },

    remove: (accountId) => db.transaction().execute((tx) => removeSecondFactor(tx, accountId)),
  };
}

/** No code of this account is asked for any more. */
export async function removeSecondFactor(tx: Transaction<Database>, accountId: string): Promise<void> {
  await tx.deleteFrom('recovery_code').where('account_id', '=', accountId).execute();
  await tx
    .updateTable('account')
    .set({ totp_sealed: null, totp_confirmed_at: null, totp_used_step: 0 })
    .where('id', '=', accountId)
    .execute();
}

const totpOf = (secret: Uint8Array): TOTP =>
  // A copy: a Buffer may be a window on memory that others use.
  new TOTP({ secret: new Secret({ buffer: Uint8Array.from(secret).buffer }), period: PERIOD_S });

/** As typed: with spaces, in full-width digits. */
const digitsOf = (code: string): string => code.normalize('NFKC').replaceAll(/\s/g, '');
const lettersOf = (code: string): string => digitsOf(code).toLowerCase();
