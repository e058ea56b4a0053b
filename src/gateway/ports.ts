import type { LineAsker } from './live/line-asker.ts';
import type { TryOut } from './routes/lines.ts';
import type { Kysely } from 'kysely';
import type { Alarm } from '../../alerting/alarm.ts';
import type { Callout } from '../../alerting/callout.ts';
import type { Webhook } from '../../alerting/channels/webhook.ts';
import type { AccidentView, DeclareAccident } from '../contract/accidents.ts';
import type { ListedAlarm, ShelveAlarm } from '../contract/alarms.ts';
import type { CapMessage } from '../contract/cap.ts';
import type { Happening, Said } from '../../alerting/callout-event.ts';
import type { HeadCount } from '../../alerting/order.ts';
import type { FiguresView } from '../contract/figures.ts';
import type { AddDevice } from '../contract/devices.ts';
import type { AuditorView, CarrierView, StartMaintenance } from '../contract/http.ts';
import type { LowerFinding, PhotoView, RaiseFinding, ReportFinding } from '../contract/findings.ts';
import type { StartDrill } from '../contract/drills.ts';
import type { RecordRound } from '../contract/patrols.ts';
import type { AnnounceWeather } from '../contract/weather.ts';
import type { ClockView, Pulse } from '../contract/live.ts';
import type { EndBroadcast, MarkRecipient, PressEvacuation, WrittenGroup } from '../contract/evacuation.ts';
import type { ProposeLowering, ReviewView, SubmittedView } from '../contract/proposals.ts';
import type { NewAbsence, NewOverride, NewSwap, RosterView, SaveRoster, SwapAnswer } from '../contract/roster.ts';
import type { RehearsalQuery, RehearsalView } from '../contract/rehearsal.ts';
import type { HandoverView } from '../contract/handover.ts';
import type { LiftNumber, ProveNumber, ReachabilityView } from '../contract/reachability.ts';
import type { Person } from '../core/proposal.ts';
import type { Clock, DurationMs, Instant } from '../core/time.ts';
import type { AnswerLinks } from '../platform/answer-link.ts';
import type { Database } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { CarrierReplyBody, CarrierReportBody } from './carrier-messages.ts';
import type { OpenIdProvider } from './openid/provider.ts';
import type { Sealer } from './sealed.ts';
import type { LiveStats } from './metrics.ts';
import type { Sessions } from './sessions.ts';

/** What the gateway asks of alerting. Each call is one transaction there. */
export interface CalloutDesk {
  /** Takes a carrier's report on an attempt; the same `reportId` again gets the same reply. Throws `attempt/not-found`. */
  report(attemptId: string, report: CarrierReportBody, from?: string): Promise<CarrierReplyBody>;
  /** The attempt that a carrier has this name for; `begins`: the beginning of our id, where it keeps no more. Throws `attempt/not-found`. */
  attemptOf(carrier: string, reference: string, begins?: string): Promise<string>;
  /** Takes a text message; null when it answers nothing. */
  reply(from: string, text: string, reportId: string): Promise<CarrierReplyBody | null>;
  /** Takes a press on the link of a text message as a reply to it. Throws `attempt/not-found`, `callout/already-released`. */
  answerByLink(attemptId: string): Promise<void>;
  /** Throws `callout/not-found`. */
  answerOnScreen(calloutId: string, contactId: string): Promise<Callout>;
  /** Throws `callout/not-found`, `callout/level-stands`, `callout/not-answered`, `callout/already-released`, `callout/orders-open`, `callout/not-inspected`. */
  release(
    calloutId: string,
    who: string,
    note: string,
    more?: { readonly inspection?: string | undefined; readonly openOrders?: string | undefined },
  ): Promise<Callout>;
  /** Takes what is said by a link after the answer. Throws as `answerByLink` does. */
  sayByLink(attemptId: string, what: Said): Promise<void>;
  /** Something is done, on the word of `issuer`. */
  respond(calloutId: string, given: Omit<Extract<Happening, { type: 'responded' }>, 'type'>): Promise<Callout>;
  declineOnScreen(calloutId: string, contactId: string): Promise<Callout>;
  /** Throws `order/not-found`. */
  countHeads(calloutId: string, order: number, by: string, count: HeadCount): Promise<Callout>;
  /** Throws `order/not-found`. */
  reportDone(calloutId: string, order: number, by: string, note: string): Promise<Callout>;
}

/** What the gateway asks of the accident clock. Each change is one transaction, audit included. */
export interface AccidentDesk {
  /** Throws `site/not-found`. */
  list(siteId: string): Promise<AccidentView[]>;
  /** Throws `accident/not-found`. */
  byId(accidentId: string): Promise<AccidentView>;
  /** Starts the clock. Returns the accident's id. Throws `site/not-found`. */
  declare(siteId: string, known: DeclareAccident, who: string): Promise<string>;
  /** What is known now. No deadline moves. Throws `accident/not-found`, `accident/closed`. */
  amend(accidentId: string, known: DeclareAccident, who: string): Promise<void>;
  /** Throws `accident/not-found`, `accident/closed`, `accident/report-not-found`, `accident/told`. */
  told(accidentId: string, report: string, note: string, who: string): Promise<void>;
  /** Throws `accident/not-found`, `accident/closed`. */
  close(accidentId: string, note: string, who: string): Promise<void>;
}

/** How loud the alarms are, and how often people are woken. */
export interface FiguresDesk {
  /** Of the last days. Throws `site/not-found`. */
  of(siteId: string, days: number): Promise<FiguresView>;
  /** Why a closed callout had been opened. Throws `callout/not-found`, `callout/not-released`. */
  judge(calloutId: string, cause: string, who: string): Promise<void>;
}

/** What the gateway asks of the alarm list. Each change is one transaction, audit included. None answers a callout. */
export interface AlarmDesk {
  /** Every open alarm of a site. Throws `site/not-found`. */
  list(siteId: string, now: Instant): Promise<ListedAlarm[]>;
  /** Somebody has seen the alarm of a target of this site. Throws `alarm/not-found`. */
  acknowledge(siteId: string, target: string, who: string): Promise<Alarm>;
  /** Throws `alarm/not-found`, `alarm/shelf-too-long`, and `alarm/second-person` at orange and red. */
  shelve(siteId: string, asked: ShelveAlarm, who: string): Promise<Alarm>;
  /** The same for a second person to agree to. Returns the proposal's id. Throws `alarm/not-found`, `alarm/shelf-too-long`. */
  proposeShelf(siteId: string, asked: ShelveAlarm, by: Person): Promise<string>;
  /** What lies on no shelf stays as it is. Throws `alarm/not-found`. */
  unshelve(siteId: string, target: string, who: string): Promise<Alarm>;
}

/** What the gateway asks of the points of a site. Each call is one transaction, audit included. */
export interface MaintenanceDesk {
  /** Returns its id. Throws `site/not-found`, `point/not-found`, `point/in-maintenance`, `point/level-unverified`,
   * `point/last-eye`, and `point/level-stands` where orange or red stands: that needs a second person. */
  start(siteId: string, asked: StartMaintenance, who: string): Promise<string>;
  /** The same for a second person to agree to. Returns the proposal's id. Throws as `start`, but for `point/level-stands`. */
  propose(siteId: string, asked: StartMaintenance, by: Person): Promise<string>;
  /** What is over already stays as it ended. Throws `maintenance/not-found`. */
  end(maintenanceId: string, who: string): Promise<void>;
}

/** A device that was just made. The password is kept nowhere. */
export interface AddedDevice {
  readonly deviceId: string;
  readonly password: string;
}

/** What the gateway asks of what signs in to the broker. Each call is one transaction, audit included. */
export interface DeviceDesk {
  /** Throws `site/not-found`, `device/exists`, `device/topic-refused`. */
  add(siteId: string, asked: AddDevice, who: string): Promise<AddedDevice>;
  /** What is revoked already stays as it was. Throws `device/not-found`. */
  revoke(deviceId: string, who: string): Promise<void>;
}

/** What the gateway asks of what people find. Each call is one transaction, audit included. */
export interface FindingDesk {
  /** Returns its id; the same `clientKey` again gives the same. Throws `site/not-found`, `point/not-found`, `finding/no-place`. */
  report(siteId: string, asked: ReportFinding, who: string): Promise<string>;
  /** At once. Throws `finding/not-found`, `finding/not-graver`. */
  raise(findingId: string, asked: RaiseFinding, who: string): Promise<void>;
  /** After an inspection. Returns the proposal's id. Throws `finding/not-found`, `level/not-graver`, `finding/not-inspected`. */
  proposeLowering(findingId: string, asked: LowerFinding, by: Person): Promise<string>;
  /** The same bytes again are the same photo. Throws `finding/not-found`, `finding/photo-refused`. */
  addPhoto(findingId: string, bytes: Uint8Array, who: string): Promise<PhotoView>;
}

/** What the gateway asks of warnings of the weather bureau. Each call is one transaction, audit included. */
export interface WeatherDesk {
  /** Returns its id; the same identifier again gives the same. Throws `site/not-found`. */
  announce(siteId: string, asked: AnnounceWeather, who: string): Promise<string>;
  /** The same of a CAP 1.2 document. Throws `site/not-found`, `weather/bad-document` naming the element. */
  announceCap(siteId: string, xml: string, who: string): Promise<string>;
  /** What is over already stays as it ended. Throws `weather/not-found`. */
  end(warningId: string, reason: string, who: string): Promise<void>;
}

/** What the gateway asks of reports of callouts. Each call is one transaction, audit included. */
export interface ReportFileDesk {
  /** Returns its id; the same bytes again are the same file. Throws `callout/not-found`, `file/refused`. */
  add(
    calloutId: string,
    file: { readonly name: string; readonly note: string; readonly bytes: Uint8Array },
    who: string,
  ): Promise<string>;
}

/** What the gateway asks of drills. Each call is one transaction, audit included. */
export interface DrillDesk {
  /** Begins it, or plans it. Returns its id. Throws `site/not-found`, `point/not-found`, `drill/real-stands`, `drill/runs`, `drill/nobody`. */
  start(siteId: string, asked: StartDrill, who: string): Promise<string>;
  /** Throws `drill/not-found`, `drill/over`. */
  end(drillId: string, note: string, who: string): Promise<void>;
}

/** What the gateway asks of rounds. Each call is one transaction, audit included. */
export interface PatrolDesk {
  /** Returns the round's id. Throws `site/not-found`, `patrol/not-found`. */
  record(siteId: string, asked: RecordRound, who: string): Promise<string>;
}

/** What somebody has proposed, for somebody else to decide about. Each call is one transaction, audit included. */
export interface ProposalDesk {
  /**
   * Does what was proposed, unless it acted already. Throws `proposal/not-found`, `proposal/not-open`, `proposal/own`,
   * `proposal/no-account`, `proposal/overtaken`, and what the kind throws: `config/invalid`.
   */
  approve(proposalId: string, by: Person, reason: string): Promise<void>;
  /** Throws as `approve` does. What acted already is not undone. */
  refuse(proposalId: string, by: Person, reason: string): Promise<void>;
  /** Throws `proposal/not-found`, `proposal/not-open`, `proposal/not-own`, `proposal/acted`. */
  withdraw(proposalId: string, by: Person, reason: string): Promise<void>;
}

/** Where people change a site's configuration. Each change is one transaction, audit included. */
export interface SiteDesk {
  /** YAML, telephone numbers included. Throws `site/not-found`. */
  export(siteId: string): Promise<string>;
  /** What a text would change. Throws `config/invalid` with every fault. */
  look(asked: SiteText): Promise<ReviewView>;
  /** Throws as `look` does. */
  submit(asked: SiteText & { readonly by: Person; readonly reason: string }): Promise<{
    readonly review: ReviewView;
    readonly applied: { readonly version: number; readonly unguarded: SubmittedView['unguarded'] } | null;
    readonly budget: readonly SubmittedView['budget'][number][];
    readonly proposal: { readonly proposalId: string } | null;
  }>;
}

interface SiteText {
  readonly text: string;
  /** How the text is called in faults. */
  readonly name: string;
  /** The site that it must be of. */
  readonly siteId: string;
}

/** Where a level is proposed to be lowered by hand. */
export interface LoweringDesk {
  /** Returns the proposal's id. Throws `site/not-found`, `alarm/not-found`, `level/not-graver`. */
  propose(siteId: string, asked: ProposeLowering, by: Person): Promise<string>;
}

/** Who asks for a change of a roster. */
interface RosterAsker {
  readonly name: string;
  /** Else only what concerns them. */
  readonly mayEdit: boolean;
}

/** Where people change who is on duty. Each change is a new version in one transaction, audit included. */
export interface RosterDesk {
  /** The roster with its shifts from now on, as this account sees it. Throws `site/not-found`. */
  look(siteId: string, who: string, lengthMs: DurationMs): Promise<RosterView>;
  /** Throws `site/not-found`, `roster/overtaken`, `roster/invalid`. */
  save(siteId: string, asked: SaveRoster, who: string): Promise<void>;
  /** The roster as an XLSX file, with the shifts of some days. Throws `site/not-found`. */
  exportWorkbook(siteId: string, lengthMs: DurationMs): Promise<Uint8Array>;
  /** Saves the plan in such a file. Throws as `save` does, and `workbook/invalid`. */
  importWorkbook(
    siteId: string,
    asked: { readonly baseVersion: number; readonly bytes: Uint8Array },
    who: string,
  ): Promise<void>;
  /** Throws `site/not-found`, `roster/invalid`. */
  override(siteId: string, asked: NewOverride, who: string): Promise<void>;
  /** Throws `site/not-found`, `roster/invalid`, `roster/not-own`. */
  absent(siteId: string, asked: NewAbsence, who: RosterAsker): Promise<void>;
  /** Ends an override or an absence. Throws `site/not-found`, `roster/not-found`, `roster/not-own`. */
  end(siteId: string, exceptionId: string, who: RosterAsker): Promise<void>;
  /** Throws `site/not-found`, `roster/invalid`, `swap/not-yours`, `swap/not-open`. */
  askSwap(siteId: string, asked: NewSwap, who: string): Promise<void>;
  /** Throws `site/not-found`, `swap/not-found`, `swap/not-yours`, `swap/not-open`. */
  answerSwap(siteId: string, asked: SwapAnswer, who: string): Promise<void>;
}

/** What the gateway asks of evacuation broadcasts. Each call is one transaction, audit included. */
export interface BroadcastDesk {
  /** Returns the broadcast's id. Throws `site/not-found`, `broadcast/group-not-found`, `broadcast/nobody`, `broadcast/real-runs`. */
  press(siteId: string, asked: PressEvacuation, who: string): Promise<string>;
  /**
   * Begins the broadcast of an order to evacuate, and returns its id; asked again, the same one. Throws `order/not-found`,
   * `callout/already-released`, `broadcast/nobody`, `broadcast/real-runs`.
   */
  beginOrdered(calloutId: string, order: number, who: string): Promise<string>;
  /** Throws `broadcast/not-found`, `broadcast/recipient-not-found`, `broadcast/ended`. */
  mark(broadcastId: string, number: number, mark: MarkRecipient, who: string): Promise<void>;
  /** What has ended stays as it ended. Throws `broadcast/not-found`, `broadcast/unaccounted`. */
  end(broadcastId: string, end: EndBroadcast, who: string): Promise<void>;
}

/** Where the groups are written that an evacuation calls. Each write is one transaction, audit included. */
export interface EvacuationGroupDesk {
  /** Writes a new version, or returns the id of the proposal that waits where it calls somebody no more. Throws `proposal/no-account`. */
  write(siteId: string, groupId: string, group: WrittenGroup, by: Person): Promise<string | null>;
  /** A list as it comes from a spreadsheet. Throws `broadcast/group-not-found`, `config/invalid` with every fault. */
  importMembers(siteId: string, groupId: string, csv: string, by: Person): Promise<string | null>;
}

/** Where people ask what would happen. Calls nobody. */
export interface RehearsalDesk {
  /** Throws `site/not-found`, `request/invalid` with the field that is wrong. */
  rehearse(siteId: string, asked: RehearsalQuery): Promise<RehearsalView>;
}

/** Whether people can be reached. */
export interface ReachDesk {
  /** With numbers in full. Throws `site/not-found`. */
  look(siteId: string): Promise<ReachabilityView>;
  /** Queues a call that asks for one key, audit included. Throws `site/not-found`, `roster/not-found`, `proof/running`. */
  prove(siteId: string, asked: ProveNumber, who: string): Promise<void>;
  /** Throws `site/not-found`, `roster/not-found`, `phone/not-suspended`. */
  lift(siteId: string, asked: LiftNumber, who: string): Promise<void>;
  /** Somebody has looked through people and numbers. Throws `site/not-found`. */
  review(siteId: string, who: string): Promise<void>;
}

/** A person who signs. */
export interface Signer {
  readonly accountId: string;
  readonly name: string;
}

/** The log of hand-overs. Each call is one transaction, audit included. */
export interface HandoverDesk {
  /** The newest first. */
  list(siteId: string): Promise<HandoverView[]>;
  /** Throws `handover/not-found`. */
  byId(handoverId: string): Promise<HandoverView>;
  /** Freezes what stands; returns its id. Throws `site/not-found`, `handover/open`. */
  open(siteId: string, who: string): Promise<string>;
  /** Throws `handover/not-found`, `handover/signed`, `handover/full`. */
  note(handoverId: string, text: string, who: string): Promise<void>;
  /** Who leaves, then who comes. Throws `handover/not-found`, `handover/own`, `handover/signed`. */
  sign(handoverId: string, by: Signer): Promise<void>;
}

/** The parts of the service that /readyz speaks of. */
export interface Readiness {
  readonly database: boolean;
  readonly broker: boolean;
  readonly judge: boolean;
  readonly alert: boolean;
  /** False: the database is a copy that nobody has armed. */
  readonly armed: boolean;
  /** Whether the auditor of callouts has looked of late. */
  readonly auditor: boolean;
  readonly audited: AuditorView;
  /** null: none is configured. */
  readonly carrier: CarrierView | null;
  readonly clock: ClockView;
}

/** The OpenID provider that people may sign in at. */
export interface OpenId {
  readonly provider: OpenIdProvider;
  /** Words on its button. */
  readonly label: string;
  /** Seals what a browser keeps while its person is there. */
  readonly sealer: Sealer;
}

/** Everything the HTTP server is made of. */
/** Who may report on calls, and how they are known. */
export interface CarrierDoor {
  /** False: nobody can be called. */
  readonly isConfigured: boolean;
  /** Of those that speak our own API, by name. */
  readonly keys: ReadonlyMap<string, string>;
  /** Of vendors that report in their own way, by name. */
  readonly webhooks: ReadonlyMap<string, Webhook>;
  /** Ends a call of a carrier whose line heard no reply. */
  readonly hangUp: (carrier: string, reference: string) => Promise<void>;
}

export interface GatewayPorts {
  readonly db: Kysely<Database>;
  /** As `db`; with connections of its own no page makes an answer or a sign-in wait. */
  readonly answersDb: Kysely<Database>;
  /** Sessions, signatures, ages, countdowns. */
  readonly clock: Clock;
  readonly log: Logger;
  readonly desk: CalloutDesk;
  readonly alarms: AlarmDesk;
  readonly figures: FiguresDesk;
  readonly accidents: AccidentDesk;
  /** The CAP messages of a callout, oldest first. Throws `callout/not-found`. */
  readonly capMessages: (calloutId: string) => Promise<readonly CapMessage[]>;
  readonly maintenance: MaintenanceDesk;
  readonly devices: DeviceDesk;
  readonly proposals: ProposalDesk;
  readonly siteDesk: SiteDesk;
  readonly lowering: LoweringDesk;
  readonly roster: RosterDesk;
  readonly reach: ReachDesk;
  readonly handovers: HandoverDesk;
  readonly findings: FindingDesk;
  readonly broadcasts: BroadcastDesk;
  readonly evacuationGroups: EvacuationGroupDesk;
  readonly rehearsals: RehearsalDesk;
  readonly weather: WeatherDesk;
  readonly patrols: PatrolDesk;
  readonly drills: DrillDesk;
  readonly reportFiles: ReportFileDesk;
  readonly sessions: Sessions;
  readonly carriers: CarrierDoor;
  /** Where browsers and carriers reach this server. */
  readonly publicUrl: URL;
  /** With it the server speaks HTTPS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | null | undefined;
  /** Whether an address is a proxy that is believed about whom it passes on; none is by default. */
  readonly isProxy?: ((address: string) => boolean) | undefined;
  readonly metricsToken: string | null;
  /** Folder of the built page; without it only the API is served. */
  readonly pageFolder: string | null;
  /** What the judge said last; null when it is not heard. */
  readonly judge: (now: Instant) => Pulse | null;
  /** null: there is no broker through which an instrument could be asked. */
  readonly lineAsker: LineAsker | null;
  readonly tryOut: TryOut;
  readonly readiness: () => Promise<Readiness>;
  readonly liveStats: () => LiveStats;
  readonly audited: () => AuditorView;
  /** Ends what a session holds open elsewhere: its live connections. */
  readonly sessionEnded: (key: string) => void;
  /** Somebody's roles have changed: what is open is asked again what it may see. */
  readonly accessChanged: () => void;
  /** Seals second factors; null: there is no SECRET_KEY, and none can be set up. */
  readonly sealer: Sealer | null;
  /** Links in text messages; null: there is no SECRET_KEY, and no message carries one. */
  readonly links: AnswerLinks | null;
  /** null: there is none to sign in at. */
  readonly openId: OpenId | null;
  /** Sign-ins a minute from one address; 10 by default. */
  readonly signInsPerMinute?: number;
  /** Requests a minute from one address, those of carriers and of watchers of health apart; 1,800 by default. */
  readonly requestsPerMinute?: number;
}
