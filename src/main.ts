import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import type { Kysely } from 'kysely';
import { AppError } from './core/errors.ts';
import type { Instant } from './core/time.ts';
import { databaseClock, hostClock } from './platform/clock.ts';
import type { Database } from './platform/database.ts';
import { stopSignal } from './platform/lifeline.ts';
import { readSettings, settingFilesRead } from './platform/settings.ts';
import type { Settings } from './platform/settings.ts';

const USAGE = `Usage: tailwatch COMMAND

  start [--no-demo]     everything on this machine, with a demo; Ctrl-C stops it
  serve                 judge, acquire, alert and gateway with the settings given in the environment
  judge|alert|gateway   one of them alone
  acquire [--config FILE]
                        the lines to instruments; with FILE alone at a mine, without a database
  watchdog FILE         on other hardware: wait for the signs of life of a service, and call people when they stop
  declare-stop --minutes N --reason TEXT
                        tell the watchdog that the service is about to be stopped, and for how long
  migrate               bring the database up to this program's version
  backup [FOLDER] [--keep N]
                        write the whole database into a folder (of DATA_DIR/backups), also while the service runs;
                        with --keep only the newest N of such backups stay
  restore FOLDER [--force]
                        put a backup in the place of the database; what was there is set aside
  restore --undo NAME   put back what was set aside; --forget NAME deletes it
  arm [--confirm]       print whom a copy of a database would call; --confirm lets it call
  site apply FILE [--reason TEXT] [--alone]
                        hand FILE in as the configuration of its site; what loosens waits for a second engineer,
                        unless you are --alone
  site export SITE      print the configuration of SITE
  calibrate FILE SENSOR --from DAY --source TEXT --set KEY=VALUE ...
                        print the site of FILE with new constants of SENSOR from DAY on: a zero that was read, an
                        instrument that was exchanged. --set linear.zero=9012.4; site apply puts it in force
  try FILE CODE=VALUE ...
                        print what the site of FILE makes of raw values and which levels they reach; calls nobody
  proposal list SITE    print what waits for a second person
  proposal withdraw ID  take back what was proposed here
  doctor [SITE]         print how the lines to instruments stand, and what to do about those that give nothing
  setup                 print the link that makes the first administrator
  account add NAME --role viewer|operator|engineer|admin|bureau [--at SITE]
                        make an account and print its first password; --role and --at may be given again
  account list|disable NAME|enable NAME|reset-password NAME|reset-second-factor NAME
  account identity NAME [SUBJECT]
                        who it is at the OpenID provider; without SUBJECT nobody
  kiosk add NAME [--at SITE] [--days N]
                        print the address with which a screen on a wall is signed in, and stays so
  token add NAME --scope SCOPE --days N [--at SITE]
                        print the token of a program; --scope and --at may be given again
  kiosk|token list|revoke ID
  device add SITE NAME [--topic FILTER ... | --edge EDGE]
                        make what an instrument signs in to the broker with, and print its password
  device list [SITE]    print them
  device revoke SITE NAME
                        let it in no more
  device export DIR     write them for mosquitto: DIR/passwords and DIR/acl
  simulate [--scenario typhoon|quiet|creep|lightning] [--seed N] [--speed F] [--site FILE] [--print]
                        play a scenario once on the instruments of a running start, or print its messages
  rehearse SITE RULE LEVEL [--when 2026-07-01T02:10] [--answers WHO,WHO] [--minutes N]
                        print whom SITE would call, and when, if RULE reached LEVEL; calls nobody
  verify [--root HEX]   walk the audit and name the first thing that is broken; --root: does it hold this root
  audit report [DAY]    print a day's root, to be signed and put away
  roster who|gaps SITE  print who is on duty now; where nobody is in the next 30 days
  roster export|import SITE FILE.xlsx
                        write the roster as a workbook; make the one in a workbook the site's
  browse opc.tcp://HOST:PORT [--policy NAME --trust SHA256] [--user NAME]
                        print what an OPC UA server has, as lines of a site's file; the password is OPCUA_PASSWORD
  maintenance start SITE POINT --minutes N --reason TEXT [--patrol WHO --every N]
                        work on a point: until it ends its readings are marked and not judged
  maintenance end ID    end it before its time
  maintenance list SITE print what is being worked on, and what was
`;

const OPTIONS = {
  demo: { type: 'boolean' },
  scenario: { type: 'string' },
  seed: { type: 'string' },
  speed: { type: 'string' },
  site: { type: 'string' },
  print: { type: 'boolean' },
  when: { type: 'string' },
  answers: { type: 'string' },
  minutes: { type: 'string' },
  reason: { type: 'string' },
  patrol: { type: 'string' },
  every: { type: 'string' },
  keep: { type: 'string' },
  force: { type: 'boolean' },
  undo: { type: 'string' },
  forget: { type: 'string' },
  alone: { type: 'boolean' },
  role: { type: 'string', multiple: true },
  at: { type: 'string', multiple: true },
  scope: { type: 'string', multiple: true },
  days: { type: 'string' },
  topic: { type: 'string', multiple: true },
  root: { type: 'string' },
  confirm: { type: 'boolean' },
  config: { type: 'string' },
  edge: { type: 'string' },
  policy: { type: 'string' },
  trust: { type: 'string' },
  user: { type: 'string' },
  from: { type: 'string' },
  source: { type: 'string' },
  set: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What a command takes besides words and --help. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  start: ['demo'],
  acquire: ['config'],
  backup: ['keep'],
  restore: ['force', 'undo', 'forget'],
  arm: ['confirm'],
  verify: ['root'],
  simulate: ['scenario', 'seed', 'speed', 'site', 'print'],
  rehearse: ['when', 'answers', 'minutes'],
  'declare-stop': ['minutes', 'reason'],
  maintenance: ['minutes', 'reason', 'patrol', 'every'],
  site: ['reason', 'alone'],
  calibrate: ['from', 'source', 'set'],
  proposal: ['reason'],
  account: ['role', 'at'],
  kiosk: ['at', 'days'],
  token: ['at', 'days', 'scope'],
  device: ['topic', 'edge'],
  browse: ['policy', 'trust', 'user'],
};

interface Invocation {
  /** The words after the command. */
  readonly words: readonly string[];
  readonly options: ReturnType<typeof wordsGiven>['values'];
}

/** Each command loads only what it runs. */
const COMMANDS: Readonly<Record<string, (invocation: Invocation) => Promise<void>>> = {
  start: async ({ words, options: { demo = true } }) => {
    expectWords(words, 0);
    const { runStart } = await import('./app/start.ts');
    // Programs have 2.5 s, then PostgreSQL 2 s.
    await runStart({ env: process.env, demo, signal: stopSignal(4_900) });
  },
  serve: async ({ words }) => {
    expectWords(words, 0);
    const { runServe } = await import('./app/serve.ts');
    await runServe(process.env, stopSignal());
  },
  judge: (invocation) => runProcess(invocation, async () => (await import('./app/judge.ts')).runJudge),
  // What it acquires waits on disk: it begins without a database, with the lines it knew last.
  acquire: (invocation) =>
    invocation.options.config === undefined
      ? runProcess(
          invocation,
          async () => (await import('./app/acquire.ts')).runAcquire,
          () => true,
        )
      : runEdgeProcess(invocation.options.config),
  // The dark caller works without a database: one that it cannot even find may be the one that is away.
  alert: (invocation) =>
    runProcess(
      invocation,
      async () => (await import('./app/alert.ts')).runAlert,
      ({ dark }) => dark !== null,
    ),
  gateway: (invocation) => runProcess(invocation, async () => (await import('./app/gateway.ts')).runGateway),
  watchdog: async ({ words }) => {
    const { watchdogCommand } = await import('./cli/watchdog.ts');
    await watchdogCommand(words, process.env, stopSignal());
  },
  'declare-stop': async ({ words, options }) => {
    const { declareStopCommand } = await import('./cli/declare-stop.ts');
    await withDatabase((ports) => declareStopCommand(words, options, { ...ports, env: process.env }));
  },
  migrate: async ({ words }) => {
    expectWords(words, 0);
    await withDatabase(() => Promise.resolve(print('the database is up to date')));
  },
  backup: async ({ words, options }) => {
    const { backupCommand } = await import('./cli/backup.ts');
    await withOwnDatabase(false, (ports) => backupCommand(words, options, ports));
  },
  restore: async ({ words, options }) => {
    const { restoreCommand } = await import('./cli/restore.ts');
    await withOwnDatabase(true, (ports) => restoreCommand(words, options, ports));
  },
  arm: async ({ words, options }) => {
    const { armCommand } = await import('./cli/arm.ts');
    await withDatabase((ports) => armCommand(words, options, { ...ports, clock: databaseClock() }));
  },
  site: async ({ words, options }) => {
    const { siteCommand } = await import('./cli/site.ts');
    const { plannedCarriers } = await import('./app/carriers.ts');
    await withDatabase((ports, settings) =>
      siteCommand(words, options, { ...ports, clock: databaseClock(), carriers: plannedCarriers(settings) }),
    );
  },
  proposal: async ({ words, options }) => {
    const { proposalCommand } = await import('./cli/proposal.ts');
    await withDatabase((ports) => proposalCommand(words, options, { ...ports, clock: databaseClock() }));
  },
  audit: async ({ words }) => {
    const { auditCommand } = await import('./cli/audit.ts');
    await withDatabaseAsItIs((ports) => auditCommand(words, ports));
  },
  verify: async ({ words, options }) => {
    const { verifyCommand } = await import('./cli/verify.ts');
    await withDatabaseAsItIs(async (ports) => {
      process.exitCode = await verifyCommand(words, options, ports);
    });
  },
  roster: async ({ words }) => {
    const { rosterCommand } = await import('./cli/roster.ts');
    await withDatabase((ports) => rosterCommand(words, { ...ports, clock: databaseClock() }));
  },
  maintenance: async ({ words, options }) => {
    const { maintenanceCommand } = await import('./cli/maintenance.ts');
    await withDatabase((ports) => maintenanceCommand(words, options, { ...ports, clock: databaseClock() }));
  },
  rehearse: async ({ words, options }) => {
    const { rehearseCommand } = await import('./cli/rehearse.ts');
    await withDatabase((ports) => rehearseCommand(words, options, { ...ports, clock: databaseClock() }));
  },
  simulate: async ({ words, options }) => {
    expectWords(words, 0);
    const { simulateCommand } = await import('./cli/simulate.ts');
    process.exitCode = await simulateCommand(options, { env: process.env, signal: stopSignal() });
  },
  doctor: async ({ words }) => {
    const { doctorCommand } = await import('./cli/doctor.ts');
    await withDatabase(async ({ db, now, print: tell }) => {
      process.exitCode = await doctorCommand(words, { db, now, print: tell });
    });
  },
  setup: async ({ words }) => {
    expectWords(words, 0);
    const { setupCommand } = await import('./cli/setup.ts');
    await withDatabase((ports) => setupCommand(ports));
  },
  device: async ({ words, options }) => {
    const { deviceCommand } = await import('./cli/device.ts');
    const { brokerServiceUser } = await import('./app/embedded-parts.ts');
    const serviceUser = () => brokerServiceUser(settingFilesRead(process.env));
    const { acquireUserOf } = await import('./app/embedded-parts.ts');
    const acquireUser = acquireUserOf(settingFilesRead(process.env));
    await withDatabase((ports) =>
      deviceCommand(words, options, { ...ports, clock: databaseClock(), serviceUser, acquireUser }),
    );
  },
  account: async ({ words, options }) => {
    const { accountCommand } = await import('./cli/account.ts');
    await withDatabase((ports) => accountCommand(words, options, ports));
  },
  calibrate: async ({ words, options }) => {
    const { calibrateCommand } = await import('./cli/calibrate.ts');
    await calibrateCommand(words, options, print);
  },
  try: async ({ words }) => {
    const { tryCommand } = await import('./cli/try.ts');
    await tryCommand(words, print);
  },
  browse: async ({ words, options }) => {
    expectWords(words, 1);
    const { browseCommand } = await import('./cli/browse.ts');
    await browseCommand(words, options, { env: process.env, signal: stopSignal(), print });
  },
  kiosk: async ({ words, options }) => {
    const { credentialCommand } = await import('./cli/credential.ts');
    await withDatabase((ports) => credentialCommand('kiosk', words, options, ports));
  },
  token: async ({ words, options }) => {
    const { credentialCommand } = await import('./cli/credential.ts');
    await withDatabase((ports) => credentialCommand('token', words, options, ports));
  },
};

async function runEdgeProcess(file: string): Promise<void> {
  const signal = stopSignal();
  const { runEdge } = await import('./app/acquire/edge.ts');
  await runEdge(file, process.env, signal);
}

type Process = (settings: Settings, signal: AbortSignal) => Promise<void>;

async function runProcess(
  { words }: Invocation,
  load: () => Promise<Process>,
  worksWithoutDatabase: (settings: Settings) => boolean = () => false,
): Promise<void> {
  expectWords(words, 0);
  const signal = stopSignal();
  const run = await load();
  const settings = readSettings(process.env);
  const { checkDatabase } = await import('./app/database-check.ts');
  const away = (line: string) => process.stderr.write(`${line}; waiting for it\n`);
  await checkDatabase(settings.databaseUrl, away, worksWithoutDatabase(settings));
  await run(settings, signal);
}

interface CommandPorts {
  readonly db: Kysely<Database>;
  readonly now: Instant;
  /** Who is written in the audit. */
  readonly who: string;
  /** Where browsers reach the gateway. */
  readonly publicUrl: string;
  readonly print: (text: string) => void;
}

/** A command given by hand finds the embedded database of a running `start` by itself, and brings it up to date. */
async function withDatabase(work: (ports: CommandPorts, settings: Settings) => Promise<void>): Promise<void> {
  const { atRunningStart } = await import('./app/running-start.ts');
  const { openDatabase } = await import('./platform/database.ts');
  const { bringUpToDate } = await import('./app/bring-up-to-date.ts');
  await atRunningStart(settingFilesRead(process.env), async (env) => {
    const settings = readSettings(env);
    await bringUpToDate(settings, { withinMs: 0, tell: print });
    const { databaseUrl, publicUrl } = settings;
    await using database = openDatabase(databaseUrl, { name: 'command', max: 2 });
    await work({ db: database.db, now: hostClock().now(), who: who(), publicUrl, print }, settings);
  });
}

/** For a command that only looks, and must change nothing of what it looks at: an older schema is refused. */
async function withDatabaseAsItIs(work: (ports: Pick<CommandPorts, 'db' | 'print'>) => Promise<void>): Promise<void> {
  const { atRunningStart } = await import('./app/running-start.ts');
  const { openDatabase } = await import('./platform/database.ts');
  const { expectMigrated } = await import('./platform/migrate.ts');
  const { reachDatabase } = await import('./platform/reach-database.ts');
  await atRunningStart(settingFilesRead(process.env), async (env) => {
    await using database = openDatabase(readSettings(env).databaseUrl, { name: 'look', max: 2 });
    await reachDatabase(database.pool, { withinMs: 0 });
    await expectMigrated(database.pool);
    await work({ db: database.db, print });
  });
}

interface OwnDatabasePorts extends Omit<CommandPorts, 'db' | 'publicUrl'> {
  readonly databaseUrl: string;
  readonly dataDir: string;
}

/** As it is: whatever its schema is. One under DATA_DIR that does not run is started for the command. */
async function withOwnDatabase(alone: boolean, work: (ports: OwnDatabasePorts) => Promise<void>): Promise<void> {
  const { reachOwnDatabase } = await import('./app/own-database.ts');
  await using stack = new AsyncDisposableStack();
  const signal = stopSignal();
  const env = settingFilesRead(process.env);
  const databaseUrl = await reachOwnDatabase(stack, { env, signal, alone, say: () => {} });
  const { dataDir } = readSettings({ ...env, DATABASE_URL: databaseUrl });
  await work({ databaseUrl, dataDir, now: hostClock().now(), who: who(), print });
}

const who = (): string => `command line, ${userInfo().username}`;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function expectWords(words: readonly string[], count: number): void {
  if (words.length > count)
    throw new AppError('config/setting', `"${String(words[count])}" was not expected here\n\n${USAGE}`);
}

function wordsGiven() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true, allowNegative: true });
  } catch (error) {
    // What follows its first sentence is advice for whoever calls parseArgs.
    const [what = ''] = (error as Error).message.split('. ');
    throw new AppError('config/setting', `${what}: --help lists what there is`, { cause: error });
  }
}

async function main(): Promise<void> {
  const { values, positionals } = wordsGiven();
  const [name = '', ...words] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (values.help === true || command === undefined) {
    const unknown = name === '' || command !== undefined ? '' : `there is no command "${name}"\n\n`;
    (command === undefined && values.help !== true ? process.stderr : process.stdout).write(`${unknown}${USAGE}`);
    process.exitCode = values.help === true ? 0 : 2;
    return;
  }
  const stray = Object.entries(values).find(([option]) => TAKES[name]?.includes(option) !== true);
  if (stray !== undefined) {
    const written = `${stray[1] === false ? '--no-' : '--'}${stray[0]}`;
    throw new AppError('config/setting', `${written} is no option of ${name}: --help lists what there is`);
  }
  await command({ words, options: values });
}

/** A failure that was foreseen is told in its own words; anything else is a bug, told with where it happened. */
function report(error: unknown): void {
  process.stderr.write(
    `${error instanceof AppError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}

// Whoever read what we say may have gone (a closed terminal, `| head`): that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
await main().catch(report);
// What is left open by now (the channel to a parent, an idle connection) must not keep an ended program alive.
process.exit();
