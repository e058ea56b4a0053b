import { createHash, randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { PHOTO_BYTES_AT_MOST } from '../contract/findings.ts';
import type { LowerFinding, PhotoType, RaiseFinding, ReportFinding } from '../contract/findings.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { AppError } from '../core/errors.ts';
import { findingKey, findingWords } from '../core/finding.ts';
import { isGraver } from '../core/level.ts';
import type { Level } from '../core/level.ts';
import { photoTypeOf } from '../core/photo-type.ts';
import type { ReportWords } from '../core/report.ts';
import { instant } from '../core/time.ts';
import type { FindingDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { appendReport, lowerReport } from '../platform/report-log.ts';
import { insertProposal } from './proposal-store.ts';
import type { Approved } from './proposal-store.ts';
import { loadSites } from './site-config-store.ts';

type Tx = Transaction<Database>;

/** What a phone may send of one finding. */
const PHOTOS_AT_MOST = 8;

/** What is kept of a proposed lowering: the inspection, and how the finding stood then. */
interface ProposedLowering extends LowerFinding {
  readonly findingId: string;
  readonly from: Level;
  readonly position: number;
}

/**
 * Where people report what they found. A finding calls as a sensor at its level does, by the log of reports; raising is
 * immediate, lowering needs an inspection and a second person.
 */
export function findingDesk({
  db,
  clock,
}: {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}): FindingDesk {
  return {
    report: (siteId, asked, who) =>
      db.transaction().execute(async (tx) => {
        const now = await clock.read(tx);
        const [site] = await loadSites(tx, [siteId]);
        if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
        const place = placeOf(site.config, asked);
        const { clientKey, kind, level, section, point, latitude, longitude, note = '' } = asked;
        const id = randomUUID();
        const row = await tx
          .insertInto('finding')
          .values({
            id,
            site_id: siteId,
            client_key: clientKey,
            kind,
            section: section ?? null,
            point: point ?? null,
            place: asked.place ?? null,
            latitude: latitude ?? null,
            longitude: longitude ?? null,
            note,
            level,
            reported_by: who,
            reported_at: new Date(now),
          })
          .onConflict((conflict) => conflict.columns(['site_id', 'client_key']).doNothing())
          .returning('id')
          .executeTakeFirst();
        if (row === undefined) return sameFinding(tx, siteId, clientKey);
        const words = findingWords({ kind, place, note: oneLine(note), by: who });
        const facts = { findingId: id, kind };
        const report = { siteId, subject: 'finding', key: findingKey(id), level, words, at: now, who, facts } as const;
        await appendReport(tx, report, now);
        await recordAudit(tx, { at: now, who, action: 'finding/report', siteId, facts: { ...facts, level, place } });
        return id;
      }),

    raise: (findingId, { level, reason }: RaiseFinding, who) =>
      db.transaction().execute(async (tx) => {
        const now = await clock.read(tx);
        const { siteId, from, words, subject } = await standing(tx, findingId);
        if (!isGraver(level, from))
          throw new AppError('finding/not-graver', `it stands at ${from}: ${level} is not graver`);
        const facts = { findingId, seen: reason };
        const raised = { siteId, subject, key: findingKey(findingId), level, words, at: now, who, facts };
        await appendReport(tx, raised, now);
        await recordAudit(tx, { at: now, who, action: 'finding/raise', siteId, facts: { ...facts, from, to: level } });
      }),

    proposeLowering: (findingId, asked: LowerFinding, by) =>
      db.transaction().execute(async (tx) => {
        const now = await clock.read(tx);
        const { siteId, from, position } = await standing(tx, findingId);
        if (!isGraver(from, asked.to))
          throw new AppError('level/not-graver', `it stands at ${from}: that is not graver than ${asked.to}`);
        if (asked.inspectedAt > now) throw new AppError('finding/not-inspected', 'an inspection that is still to come');
        const content: ProposedLowering = { ...asked, findingId, from, position };
        const made = { siteId, kind: 'finding/lower', subject: findingId, content, baseVersion: null } as const;
        const { proposalId } = await insertProposal(tx, { ...made, reason: asked.seen, by, now, acts: false });
        const facts = { proposalId, kind: made.kind, ...content };
        await recordAudit(tx, { at: now, who: by.name, action: 'proposal/make', siteId, facts });
        return proposalId;
      }),

    addPhoto: (findingId, bytes, who) =>
      db.transaction().execute(async (tx) => {
        const mediaType = takenType(bytes);
        const now = await clock.read(tx);
        const found = tx.selectFrom('finding').select('site_id').where('id', '=', findingId);
        // Held, so that two at once are not both the last that is taken.
        const finding = await found.forNoKeyUpdate().executeTakeFirst();
        if (finding === undefined) throw new AppError('finding/not-found', 'there is no such finding');
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const kept = await tx
          .selectFrom('finding_photo')
          .select(['id', 'sha256'])
          .where('finding_id', '=', findingId)
          .execute();
        const same = kept.find((photo) => photo.sha256 === sha256);
        if (same !== undefined) return { photoId: same.id, mediaType };
        if (kept.length >= PHOTOS_AT_MOST)
          throw new AppError('finding/photo-refused', `a finding has ${String(PHOTOS_AT_MOST)} photos at most`);
        const photo = { id: randomUUID(), finding_id: findingId, media_type: mediaType, bytes: Buffer.from(bytes) };
        await tx
          .insertInto('finding_photo')
          .values({ ...photo, sha256, added_by: who, added_at: new Date(now) })
          .execute();
        const facts = { findingId, photoId: photo.id, sha256, bytes: bytes.length };
        await recordAudit(tx, { at: now, who, action: 'finding/photo', siteId: finding.site_id, facts });
        return { photoId: photo.id, mediaType };
      }),
  };
}

/** Throws `finding/photo-refused` with the reason. */
function takenType(bytes: Uint8Array): PhotoType {
  if (bytes.length > PHOTO_BYTES_AT_MOST)
    throw new AppError('finding/photo-refused', `a photo is ${String(PHOTO_BYTES_AT_MOST)} bytes at most`);
  const type = photoTypeOf(bytes);
  if (type === null) throw new AppError('finding/photo-refused', 'it is no JPEG, PNG or WebP');
  return type;
}

const oneLine = (note: string): string => note.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();

async function sameFinding(tx: Tx, siteId: string, clientKey: string): Promise<string> {
  const known = tx.selectFrom('finding').select('id').where('site_id', '=', siteId);
  return (await known.where('client_key', '=', clientKey).executeTakeFirstOrThrow()).id;
}

interface Standing {
  readonly siteId: string;
  readonly from: Level;
  readonly position: number;
  readonly words: ReportWords;
  readonly subject: 'finding';
}

async function standing(tx: Tx, findingId: string): Promise<Standing> {
  const row = await tx
    .selectFrom('finding')
    .innerJoin('report_state', (join) =>
      join.onRef('report_state.site_id', '=', 'finding.site_id').on('report_state.key', '=', findingKey(findingId)),
    )
    .select(['finding.site_id', 'report_state.level', 'report_state.position', 'report_state.words'])
    .where('finding.id', '=', findingId)
    .executeTakeFirst();
  if (row === undefined) throw new AppError('finding/not-found', 'there is no such finding');
  const { site_id: siteId, level, position, words } = row;
  return { siteId, from: level as Level, position, words: words as ReportWords, subject: 'finding' };
}

/** Where it is, in both languages. Throws `finding/no-place`, `point/not-found`. */
function placeOf({ sections = [], sensors }: SiteConfig, { section, point, place }: ReportFinding): ReportWords {
  const names: ReportWords[] = [];
  if (section !== undefined) {
    const known = sections.find(({ id }) => id === section);
    if (known === undefined) throw new AppError('point/not-found', `the site has no section "${section}"`);
    names.push(known.name);
  }
  if (point !== undefined) {
    const known = sensors.find((sensor) => (sensor.point ?? sensor.code) === point);
    if (known === undefined) throw new AppError('point/not-found', `the site has no point "${point}"`);
    names.push(known.name);
  }
  if (place !== undefined && place !== '') names.push({ zh: place, en: place });
  if (names.length === 0) throw new AppError('finding/no-place', 'say where: a section, a point, or words');
  return { zh: names.map(({ zh }) => zh).join(' '), en: names.map(({ en }) => en).join(', ') };
}

/** Lowers a finding after its inspection, unless it has changed since that was shown. */
export async function carryOutFindingLowering(tx: Tx, { proposal, by, now }: Approved): Promise<'done' | 'overtaken'> {
  const { proposalId, siteId, proposedBy } = proposal;
  const { findingId, to, position, seen, inspectedBy, inspectedAt } = proposal.content as ProposedLowering;
  const stands = await standing(tx, findingId);
  if (stands.position !== position) return 'overtaken';
  const who = `${proposedBy.name}, approved by ${by.name}`;
  const facts = { findingId, proposalId, seen, inspectedBy, inspectedAt };
  const lowered = { siteId, key: findingKey(findingId), to, who, facts, at: instant(inspectedAt) };
  return (await lowerReport(tx, lowered, now)) ? 'done' : 'overtaken';
}
