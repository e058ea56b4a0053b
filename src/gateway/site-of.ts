import type { Kysely } from 'kysely';
import type { ErrorCode } from '../core/errors.ts';
import type { Database } from '../platform/database.ts';

/** Things that belong to one site; a path names one as `:<thing>Id`, and this is how its site is found. */
const SITE_OF = {
  site: (db: Kysely<Database>, id: string) => db.selectFrom('site').select('id as site_id').where('id', '=', id),
  callout: (db: Kysely<Database>, id: string) => db.selectFrom('callout').select('site_id').where('id', '=', id),
  broadcast: (db: Kysely<Database>, id: string) => db.selectFrom('broadcast').select('site_id').where('id', '=', id),
  sensor: (db: Kysely<Database>, id: string) => db.selectFrom('sensor').select('site_id').where('id', '=', Number(id)),
  maintenance: (db: Kysely<Database>, id: string) =>
    db.selectFrom('maintenance').select('site_id').where('id', '=', id),
  finding: (db: Kysely<Database>, id: string) => db.selectFrom('finding').select('site_id').where('id', '=', id),
  photo: (db: Kysely<Database>, id: string) =>
    db
      .selectFrom('finding_photo')
      .innerJoin('finding', 'finding.id', 'finding_photo.finding_id')
      .select('site_id')
      .where('finding_photo.id', '=', id),
  drill: (db: Kysely<Database>, id: string) => db.selectFrom('drill').select('site_id').where('id', '=', id),
  file: (db: Kysely<Database>, id: string) =>
    db
      .selectFrom('callout_file')
      .innerJoin('callout', 'callout.id', 'callout_file.callout_id')
      .select('site_id')
      .where('callout_file.id', '=', id),
  warning: (db: Kysely<Database>, id: string) =>
    db.selectFrom('weather_warning').select('site_id').where('id', '=', id),
  handover: (db: Kysely<Database>, id: string) =>
    db.selectFrom('shift_handover').select('site_id').where('id', '=', id),
  device: (db: Kysely<Database>, id: string) => db.selectFrom('device').select('site_id').where('id', '=', id),
  accident: (db: Kysely<Database>, id: string) => db.selectFrom('accident').select('site_id').where('id', '=', id),
  proposal: (db: Kysely<Database>, id: string) => db.selectFrom('proposal').select('site_id').where('id', '=', id),
  replay: (db: Kysely<Database>, id: string) =>
    db.selectFrom('quarantine_replay').select('site_id').where('id', '=', Number(id)),
} as const;

export type Thing = keyof typeof SITE_OF;

/** What is said where there is no such thing, or none that may be known of. */
export const NOT_FOUND: Readonly<Record<Thing, { readonly code: ErrorCode; readonly title: string }>> = {
  site: { code: 'site/not-found', title: 'there is no such site' },
  callout: { code: 'callout/not-found', title: 'there is no such callout' },
  broadcast: { code: 'broadcast/not-found', title: 'there is no such broadcast' },
  sensor: { code: 'sensor/not-found', title: 'there is no such sensor' },
  maintenance: { code: 'maintenance/not-found', title: 'there is no such maintenance' },
  finding: { code: 'finding/not-found', title: 'there is no such finding' },
  photo: { code: 'photo/not-found', title: 'there is no such photo' },
  drill: { code: 'drill/not-found', title: 'there is no such drill' },
  file: { code: 'file/not-found', title: 'there is no such file' },
  warning: { code: 'weather/not-found', title: 'there is no such warning' },
  handover: { code: 'handover/not-found', title: 'there is no such hand-over' },
  device: { code: 'device/not-found', title: 'there is no such device' },
  accident: { code: 'accident/not-found', title: 'there is no such accident' },
  proposal: { code: 'proposal/not-found', title: 'there is no such proposal' },
  replay: { code: 'replay/not-found', title: 'there is no such replay' },
};

/** The site of a thing; undefined when there is no such thing. */
export const siteOf = async (db: Kysely<Database>, thing: Thing, id: string): Promise<string | undefined> =>
  (await SITE_OF[thing](db, id).executeTakeFirst())?.site_id;
