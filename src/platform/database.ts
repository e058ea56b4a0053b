import { Kysely, PostgresDialect } from 'kysely';
import type { ColumnType, Generated } from 'kysely';
import pg from 'pg';

// Positions, epochs and counts stay below 2^53: a number everywhere, not a string.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

type Json<T> = ColumnType<T, string, string>;

interface SiteTable {
  id: string;
  name: Json<{ zh: string; en: string }>;
}
interface SiteConfigTable {
  site_id: string;
  version: number;
  content: Json<unknown>;
  applied_at: Date;
  applied_by: string;
}
interface SensorTable {
  id: Generated<number>;
  site_id: string;
  code: string;
}
interface EngineLeaseTable {
  partition: string;
  epoch: number;
  holder: string;
  taken_at: Date;
  renewed_at: Date;
  maintenance_revision: Generated<number>;
}
interface ReadingTable {
  sensor_id: number;
  observed_at: Date;
  version: Generated<number>;
  received_at: Date;
  value: number | null;
  quality: string;
  flags: string[] | null;
}
interface ReadingConflictTable {
  sensor_id: number;
  observed_at: Date;
  value: number;
  received_at: Date;
  flags: string[] | null;
}
interface QuarantineDroppedTable {
  only_row: Generated<boolean>;
  count: Generated<number>;
  last_at: Date | null;
}
interface QuarantineTable {
  id: Generated<number>;
  received_at: Date;
  site_id: string | null;
  topic: string;
  payload: Buffer;
  reason: string;
  detail: string;
  replayed_at: Date | null;
  sensor_codes: string[] | null;
}
interface QuarantineReplayTable {
  id: Generated<number>;
  site_id: string;
  requested_by: string;
  requested_at: Date;
  up_to: number;
  after_at: Generated<Date>;
  after_id: Generated<number>;
  stored: Generated<number>;
  refused: Generated<number>;
  done_at: Date | null;
}
interface SourceHourTable {
  sensor_id: number;
  hour: Date;
  good: number;
  doubtful: number;
  late: number;
  doubled: number;
  last_good_at: Date | null;
}
interface MaintenanceTable {
  id: string;
  site_id: string;
  point: string;
  reason: string;
  substitute: Json<unknown> | null;
  from_at: Date;
  until_at: Date;
  started_by: string;
  ended_at: Date | null;
  ended_by: string | null;
}
interface LateExceedanceTable {
  position: Generated<number>;
  site_id: string;
  target: string;
  sensor_id: number;
  level: string;
  standing: string;
  observed_at: Date;
  received_at: Date;
  recorded_at: Date;
  value: number;
  limit_value: number;
}
interface ReportChangeTable {
  position: Generated<number>;
  site_id: string;
  subject: string;
  key: string;
  from_level: string;
  to_level: string;
  words: Json<unknown>;
  facts: Json<Record<string, unknown>>;
  at: Date;
  recorded_at: Date;
  who: string;
}
interface ReportStateTable {
  site_id: string;
  key: string;
  subject: string;
  level: string;
  position: number;
  words: Json<unknown>;
  facts: Json<Record<string, unknown>>;
  since: Date;
}
interface FindingTable {
  id: string;
  site_id: string;
  client_key: string;
  kind: string;
  section: string | null;
  point: string | null;
  place: string | null;
  latitude: number | null;
  longitude: number | null;
  note: string;
  level: string;
  reported_by: string;
  reported_at: Date;
}
interface FindingPhotoTable {
  id: string;
  finding_id: string;
  media_type: string;
  bytes: Buffer;
  sha256: string;
  added_by: string;
  added_at: Date;
}
interface WeatherWarningTable {
  id: string;
  site_id: string;
  identifier: string;
  root_id: string;
  kind: string;
  actual: boolean;
  event: Json<unknown>;
  level: string;
  area: string;
  sent_at: Date;
  expires_at: Date | null;
  refers_to: string[];
  source: string;
  recorded_by: string;
  recorded_at: Date;
  ended_at: Date | null;
  ended_why: string | null;
}
interface PatrolRoundTable {
  id: string;
  site_id: string;
  patrol_id: string;
  due_at: Date;
  late_at: Date;
  missed_at: Date | null;
  done_at: Date | null;
  done_by: string | null;
  seen: string | null;
}
interface LateEpisodeTable {
  id: string;
  site_id: string;
  target: string;
  sensor_id: number;
  level: string;
  value: number;
  limit_value: number;
  first_at: Date;
  observed_at: Date;
  begun_at: Date;
  due_at: Date;
  looked_at: Date | null;
  outcome: string | null;
}
interface LevelStateTable {
  target: string;
  site_id: string;
  sensor_id: number;
  level: string;
  state_version: number;
  pending: Json<unknown>;
  config_version: number;
  changed_at: Date | null;
  verified: Generated<boolean>;
  guarded: Generated<boolean>;
}
interface VisibilityStateTable {
  sensor_id: number;
  site_id: string;
  visibility: string;
  since: Date;
}
interface LevelChangeTable {
  position: Generated<number>;
  site_id: string;
  target: string;
  sensor_id: number;
  state_version: number;
  from_level: string;
  to_level: string;
  observed_at: Date;
  recorded_at: Date;
  cause: string;
  value: number;
  limit_value: number;
  verified: Generated<boolean>;
  guarded: Generated<boolean>;
}
interface VisibilityChangeTable {
  position: Generated<number>;
  site_id: string;
  sensor_ids: number[];
  visibility: string;
  cause: string;
  at: Date;
  line: string | null;
}
interface LineChangeTable {
  id: Generated<number>;
  site_id: string;
  line: string;
  device: string | null;
  state: string;
  fault: string | null;
  detail: string | null;
  at: Date;
  recorded_at: Date;
}
interface CalloutEventTable {
  position: Generated<number>;
  site_id: string;
  callout_id: string | null;
  type: string;
  at: Date;
  facts: Json<Record<string, unknown>>;
}
interface LogPositionTable {
  reader: string;
  position: number;
}
interface LogFailureTable {
  reader: string;
  position: number;
  failures: number;
  parked_at: Date | null;
  error: string;
}
interface AlarmTable {
  id: string;
  site_id: string;
  target: string;
  state: Json<unknown>;
  opened_at: Date;
  closed_at: Date | null;
  due_at: Date | null;
}
interface AccidentTable {
  id: string;
  site_id: string;
  what: string;
  place: string;
  happened_at: Date;
  grade: string;
  casualties: Json<unknown> | null;
  measures: string;
  declared_by: string;
  declared_at: Date;
  closed_by: string | null;
  closed_at: Date | null;
  close_note: string | null;
}
interface AccidentReportTable {
  accident_id: string;
  report: string;
  place: number;
  content: Json<unknown>;
  due_at: Date | null;
  remind_at: Date | null;
  told_at: Date | null;
  told_by: string | null;
  note: string | null;
}
interface CalloutCauseTable {
  callout_id: string;
  cause: string;
  said_by: string;
  said_at: Date;
}
interface CalloutTable {
  id: string;
  site_id: string;
  config_version: number;
  policy: Json<unknown>;
  state: Json<unknown>;
  opened_at: Date;
  due_at: Date | null;
  ended_at: Date | null;
  drill: Generated<boolean>;
}
interface DrillTable {
  id: string;
  site_id: string;
  level: string;
  target: string | null;
  section: string | null;
  scenario: string;
  words: Json<unknown>;
  planned_for: Date;
  asked_by: string;
  asked_at: Date;
  state: string;
  callout_id: string | null;
  ends_at: Date | null;
  why: string | null;
  closed_by: string | null;
  closed_at: Date | null;
}
interface CalloutFileTable {
  id: string;
  callout_id: string;
  name: string;
  media_type: string;
  size: number;
  bytes: Buffer;
  sha256: string;
  note: string;
  added_by: string;
  added_at: Date;
}
interface AttemptTable {
  id: string;
  callout_id: string;
  number: number;
  site_id: string;
  contact_id: string;
  medium: string;
  phone: string;
  level: string;
  /** Empty: a message that asks for no answer. */
  code: string;
  say: Json<unknown>;
  status: string;
  fence: Generated<number>;
  lease_until: Date | null;
  due_at: Date;
  carrier_ref: string | null;
  created_at: Date;
  ended_at: Date | null;
  outcome: string | null;
  origin: Generated<string>;
  carrier: Generated<string | null>;
  simulated: Generated<boolean | null>;
  silent_at: Generated<Date | null>;
  slots: ColumnType<unknown, string | null | undefined, string | null>;
  rides_on: Generated<string | null>;
  floor: Generated<string | null>;
  drill: Generated<boolean>;
}
interface CarrierRequestTable {
  id: Generated<number>;
  attempt_id: string;
  carrier: string;
  phone: string;
  fence: number;
  asked_at: Date;
  reference: Generated<string | null>;
  outcome: Generated<string | null>;
}
interface CarrierReportTable {
  report_id: string;
  attempt_id: string | null;
  received_at: Date;
  body: Json<unknown>;
  reply: Json<unknown>;
}
interface CarrierStatusTable {
  carrier: string;
  simulated: boolean | null;
  reachable: boolean;
  detail: string;
  page: string | null;
  checked_at: Date;
  kind: Generated<string>;
  media: Generated<string[]>;
  no_template: Generated<string[]>;
  rank: Generated<number>;
  balance: Generated<string | null>;
  failing_since: Generated<Date | null>;
  faults: Generated<number>;
  tested_at: Generated<Date | null>;
}
interface HeartbeatTable {
  process: string;
  beat_at: Date;
}
interface HostClockTable {
  process: string;
  offset_ms: number | null;
  against: 'ntp' | 'database' | null;
  measured_at: Date;
}
interface InstallationTable {
  id: Generated<string>;
  home_server: Generated<string | null>;
  home_host: Generated<string | null>;
  unarmed: Generated<'restored' | 'copied' | null>;
  unarmed_at: Generated<Date | null>;
}
interface AccountTable {
  id: string;
  name: string;
  password_hash: string | null;
  created_at: Date;
  must_change_password: Generated<boolean>;
  disabled_at: Date | null;
  totp_sealed: Buffer | null;
  totp_confirmed_at: Date | null;
  totp_used_step: Generated<number>;
  identity: string | null;
}
interface AccountGroupTable {
  id: string;
  name: string;
  created_at: Date;
}
interface GroupMemberTable {
  group_id: string;
  account_id: string;
}
interface RoleGrantTable {
  account_id: string | null;
  group_id: string | null;
  role: string;
  site_id: string | null;
}
interface RecoveryCodeTable {
  account_id: string;
  code_hash: Buffer;
  used_at: Date | null;
}
interface CredentialTable {
  id: string;
  kind: string;
  name: string;
  secret_hash: Buffer;
  scopes: string[];
  site_ids: string[] | null;
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
  revoked_by: string | null;
}
interface DeviceTable {
  id: string;
  site_id: string;
  name: string;
  username: string;
  password_hash: string;
  topics: string[] | null;
  created_by: string;
  created_at: Date;
  revoked_at: Date | null;
  revoked_by: string | null;
  last_seen_at: Date | null;
}
interface SessionTable {
  id: Generated<string>;
  token_hash: Buffer;
  account_id: string | null;
  credential_id: string | null;
  created_at: Date;
  expires_at: Date;
  second_factor: Generated<boolean>;
  by_provider: Generated<boolean>;
  rotated_at: Date | null;
  previous_hash: Buffer | null;
  previous_until: Date | null;
  seen_at: Date | null;
  address: Generated<string>;
  agent: Generated<string>;
}
interface SignInFailureTable {
  id: Generated<number>;
  at: Date;
  name: string;
  address: string;
}
interface SignInAddressTable {
  account_id: string;
  address: string;
  last_at: Date;
}
interface SetupCodeTable {
  one: Generated<boolean>;
  code_hash: Buffer;
  made_at: Date;
}
interface ProposalTable {
  id: string;
  site_id: string;
  kind: string;
  subject: string;
  content: Json<unknown>;
  base_version: number | null;
  reason: string;
  proposed_by_account: string | null;
  proposed_by: string;
  proposed_at: Date;
  expires_at: Date;
  acted_at: Date | null;
  state: string;
  decided_by_account: string | null;
  decided_by: string | null;
  decided_at: Date | null;
  decision_reason: string | null;
}
interface ShiftHandoverTable {
  id: string;
  site_id: string;
  opened_at: Date;
  opened_by: string;
  content: Json<unknown>;
  notes: Json<unknown>;
  outgoing_account: string | null;
  outgoing_by: string | null;
  outgoing_at: Date | null;
  incoming_account: string | null;
  incoming_by: string | null;
  incoming_at: Date | null;
}
interface ProofCallTable {
  id: string;
  site_id: string;
  contact_id: string;
  phone: string;
  reason: 'asked' | 'roll-call' | 'gaps' | 'drill';
  medium: 'voice' | 'sms';
  say: string;
  code: string;
  asked_by: string;
  asked_at: Date;
  due_at: Date;
  tries: Generated<number>;
  slots: ColumnType<unknown, string | null | undefined, string | null>;
  lease_until: Date | null;
  carrier_ref: string | null;
  status: 'queued' | 'handed-over' | 'ended';
  outcome: string | null;
  ended_at: Date | null;
}
interface RosterTaskTable {
  site_id: string;
  task: 'gaps' | 'roll-call' | 'drill';
  due_at: Date;
  done_at: Date | null;
  result: Json<unknown> | null;
}
interface DutyRosterTable {
  site_id: string;
  version: number;
  content: Json<unknown>;
  action: string;
  changed_at: Date;
  changed_by: string;
}
interface LevelLoweringTable {
  proposal_id: string;
  site_id: string;
  target: string;
  to_level: string;
  state_version: number;
  who: string;
  requested_at: Date;
  done_at: Date | null;
  outcome: string | null;
}
/** Number, link and hash are made by the database. */
interface AuditTable {
  id: Generated<number>;
  at: Date;
  who: string;
  action: string;
  site_id: string | null;
  facts: Json<Record<string, unknown>>;
  prev_hash: Generated<Buffer>;
  hash: Generated<Buffer>;
}
interface AuditRootTable {
  day: string;
  position: number;
  hash: Buffer;
  made_at: Date;
}
interface AuditMailTable {
  day: string;
  due_at: Date;
  tries: Generated<number>;
  mailed_at: Date | null;
}

interface EvacuationGroupTable {
  site_id: string;
  group_id: string;
  version: number;
  content: Json<unknown>;
  written_at: Date;
  written_by: string;
}
interface BroadcastTable {
  id: string;
  site_id: string;
  drill: boolean;
  plan: Json<unknown>;
  presses: Json<unknown>;
  started_at: Date;
  started_by: string;
  ended_at: Date | null;
  ended_by: string | null;
  note: string | null;
}
interface OrderBroadcastTable {
  callout_id: string;
  order_number: number;
  broadcast_id: string | null;
  begun_at: Date;
  begun_by: string;
}
interface BroadcastRecipientTable {
  broadcast_id: string;
  number: number;
  group_id: string;
  person: Json<unknown>;
  told: Json<unknown>;
  state: Json<unknown>;
  standing: string;
  word: ColumnType<unknown, string | null, string | null>;
  due_at: Date | null;
}
interface BroadcastAttemptTable {
  id: string;
  broadcast_id: string;
  recipient: number;
  medium: string;
  try: number;
  site_id: string;
  phone: string;
  say: Json<unknown>;
  slots: ColumnType<unknown, string | null | undefined, string | null>;
  status: string;
  fence: Generated<number>;
  lease_until: Date | null;
  due_at: Date;
  begun_at: Date | null;
  carrier_ref: string | null;
  created_at: Date;
  ended_at: Date | null;
  outcome: string | null;
}
interface BroadcastReportTable {
  report_id: string;
  broadcast_id: string;
  received_at: Date;
  body: Json<unknown>;
  reply: Json<unknown>;
}
interface BroadcastEventTable {
  id: Generated<number>;
  broadcast_id: string;
  recipient: number | null;
  type: string;
  at: Date;
  facts: Json<unknown>;
}

/** The tables, as `migrations/` makes them. Snake case ends in the repositories. */
/** A number at which somebody else has answered. */
interface SuspendedPhoneTable {
  id: Generated<string>;
  phone: string;
  site_id: string;
  contact_id: string;
  callout_id: string;
  since: Date;
  lifted_at: Date | null;
  lifted_by: string | null;
  reason: string | null;
}

export interface Database {
  site: SiteTable;
  site_config: SiteConfigTable;
  sensor: SensorTable;
  engine_lease: EngineLeaseTable;
  reading: ReadingTable;
  reading_conflict: ReadingConflictTable;
  quarantine: QuarantineTable;
  quarantine_dropped: QuarantineDroppedTable;
  quarantine_replay: QuarantineReplayTable;
  source_hour: SourceHourTable;
  maintenance: MaintenanceTable;
  late_exceedance: LateExceedanceTable;
  report_change: ReportChangeTable;
  report_state: ReportStateTable;
  finding: FindingTable;
  finding_photo: FindingPhotoTable;
  weather_warning: WeatherWarningTable;
  patrol_round: PatrolRoundTable;
  late_episode: LateEpisodeTable;
  level_state: LevelStateTable;
  visibility_state: VisibilityStateTable;
  level_change: LevelChangeTable;
  visibility_change: VisibilityChangeTable;
  line_change: LineChangeTable;
  callout_event: CalloutEventTable;
  log_position: LogPositionTable;
  log_failure: LogFailureTable;
  alarm: AlarmTable;
  accident: AccidentTable;
  accident_report: AccidentReportTable;
  callout: CalloutTable;
  callout_file: CalloutFileTable;
  drill: DrillTable;
  callout_cause: CalloutCauseTable;
  attempt: AttemptTable;
  suspended_phone: SuspendedPhoneTable;
  carrier_report: CarrierReportTable;
  carrier_request: CarrierRequestTable;
  carrier_status: CarrierStatusTable;
  heartbeat: HeartbeatTable;
  host_clock: HostClockTable;
  installation: InstallationTable;
  account: AccountTable;
  account_group: AccountGroupTable;
  group_member: GroupMemberTable;
  role_grant: RoleGrantTable;
  recovery_code: RecoveryCodeTable;
  credential: CredentialTable;
  device: DeviceTable;
  session: SessionTable;
  sign_in_failure: SignInFailureTable;
  sign_in_address: SignInAddressTable;
  setup_code: SetupCodeTable;
  proposal: ProposalTable;
  level_lowering: LevelLoweringTable;
  duty_roster: DutyRosterTable;
  proof_call: ProofCallTable;
  shift_handover: ShiftHandoverTable;
  roster_task: RosterTaskTable;
  audit: AuditTable;
  audit_root: AuditRootTable;
  audit_mail: AuditMailTable;
  evacuation_group: EvacuationGroupTable;
  broadcast: BroadcastTable;
  order_broadcast: OrderBroadcastTable;
  broadcast_recipient: BroadcastRecipientTable;
  broadcast_attempt: BroadcastAttemptTable;
  broadcast_report: BroadcastReportTable;
  broadcast_event: BroadcastEventTable;
}

interface OpenOptions {
  /** Shown in pg_stat_activity: which process holds the connection. */
  readonly name: string;
  /** Connections at most; each process has a pool of its own. */
  readonly max?: number;
  /** A query that takes longer, or connecting, fails; its connection is good for nothing more. None: it is waited for. */
  readonly answerWithinMs?: number;
}

/** A pool and its typed queries. Opens no connection until the first query. */
export interface OpenDatabase extends AsyncDisposable {
  readonly pool: pg.Pool;
  readonly db: Kysely<Database>;
}

/**
 * Opens the database.
 * A transaction left idle for 5 s is ended by the server: it might hold a log's lock.
 */
export function openDatabase(url: string, { name, max = 6, answerWithinMs }: OpenOptions): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: `tailwatch ${name}`,
    max,
    connectionTimeoutMillis: Math.min(10_000, answerWithinMs ?? 10_000),
    idle_in_transaction_session_timeout: 5_000,
    keepAlive: true,
    ...(answerWithinMs !== undefined && { query_timeout: answerWithinMs }),
  });
  // A connection that dies is reported by its next query. Without a listener its last words would end the process:
  // the pool listens while a connection is idle, we while one is lent and between two statements.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { pool, db, [Symbol.asyncDispose]: () => db.destroy() };
}
