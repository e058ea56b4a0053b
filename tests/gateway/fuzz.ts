import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import fc from 'fast-check';
import { ROLES } from '../../src/core/access.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { describedRoutes, nameOf } from './described-routes.ts';
import type { DescribedRoute } from './described-routes.ts';
import { hostileRequests } from './hostile-requests.ts';
import type { HostileRequest } from './hostile-requests.ts';
import { person } from './personas.ts';
import { NOW } from './pond.ts';
import { CARRIER_KEY, testGateway } from './test-gateway.ts';
import { desksOf, namedOf, storeMine } from './marked-mines.ts';
import { NONE, THINGS } from './marked-things.ts';

/** An answer that takes longer is none. */
const ANSWER_WITHIN_MS = 30_000;

const KNOWN_CODES = new Set(
  [...readFileSync('src/core/errors.ts', 'utf8').matchAll(/^ {2}\| '([a-z-]+\/[a-z-]+)'/gm)].map(([, code]) => code),
);

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A gateway with two mines in it, somebody who may everything, a viewer, nobody, and a storm that can be let loose on it. */
export async function fuzzedHouse(database: TestDatabase) {
  const { db } = database;
  const house = await testGateway(database, desksOf(db));
  const own = await storeMine(db, 'graphite', ['+861000000011', '+861000000012', '+861000000013']);
  const foreign = await storeMine(db, 'onyx', ['+861000000021', '+861000000022', '+861000000023']);
  const everything = ROLES.map((role) => ({ role, siteId: null }));
  const personas = [
    await person(db, 'all roles', everything, { secondFactor: true }),
    await person(db, 'viewer', [{ role: 'viewer', siteId: own.mark }]),
  ];
  // Each refused sign-in costs a slow hash: the throttle is reached after the next few.
  const failures = Array.from({ length: 28 }, () => ({ at: new Date(NOW), name: 'storm', address: '127.0.0.1' }));
  await db.insertInto('sign_in_failure').values(failures).execute();
  const good: Record<string, readonly string[]> = {};
  for (const [name, make] of Object.entries(THINGS))
    good[name] = [await make(db, own), await make(db, own), await make(db, foreign), NONE[name] ?? '1'];
  const routes = describedRoutes(house.app);

  async function send(request: HostileRequest): Promise<Answer> {
    const who: Readonly<Record<string, string>> = (await personas[request.persona]?.headers()) ?? {};
    const path = request.target;
    const timestamp = String(house.clock.now() / 1_000);
    const signature = createHmac('sha256', CARRIER_KEY)
      .update(`${timestamp}\n${path}\n`)
      .update(request.body)
      .digest('hex');
    const sends = request.body.length > 0 || !['GET', 'HEAD'].includes(request.method);
    const head = [
      `${request.method} ${path} HTTP/1.1`,
      'host: 127.0.0.1',
      'connection: close',
      ...Object.entries(who).map(([name, value]) => `${name}: ${value}`),
      ...(request.contentType === null ? [] : [`content-type: ${request.contentType}`]),
      ...(sends ? [`content-length: ${String(request.body.length)}`] : []),
      ...(request.signed && path.startsWith('/carrier/')
        ? [`x-carrier-timestamp: ${timestamp}`, `x-carrier-signature: ${signature}`]
        : []),
      ...request.more,
    ];
    return overTheLine(house.url, Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), request.body]));
  }

  /** Sends `runs` requests at each route, in the order of a seed; fails with the smallest that is answered as none may be. */
  async function storm({ seed, runs, lastsMs }: { seed: number; runs: number; lastsMs?: number }): Promise<void> {
    for (const route of routes) {
      const requests = hostileRequests(route, good, namedOf(own.mark));
      const fair = fc.asyncProperty(requests, async (request) => {
        const fault = faultOf(route, request, await send(request));
        if (fault !== null) throw new Error(`${nameOf(route)}: ${fault}`);
      });
      await fc.assert(fair, {
        seed,
        numRuns: runs,
        ...(lastsMs !== undefined && { plugins: [fc.interruptAfterTimeLimit(lastsMs / routes.length)] }),
      });
    }
  }
  return { house, own, foreign, routes, send, storm, personas };
}

/** What is wrong with an answer; null: nothing. */
function faultOf(route: DescribedRoute, { method }: HostileRequest, { status, type, body }: Answer): string | null {
  const said = `${String(status)} ${type} ${body.slice(0, 300)}`;
  if (status === 0) return 'is not answered';
  if (status >= 500 && route.path !== '/readyz') return `fails: ${said}`;
  if (status < 400 || method === 'HEAD') return null;
  if (!type.startsWith('application/json')) return `refuses without JSON: ${said}`;
  if (route.path === '/readyz' && status === 503) return null;
  const problem = JSON.parse(body) as { code?: string; title?: string; field?: string };
  if (problem.code === undefined || !KNOWN_CODES.has(problem.code) || !problem.title)
    return `refuses with no known code: ${said}`;
  if (problem.code === 'request/invalid' && !problem.field) return `refuses without naming the field: ${said}`;
  return null;
}

/** Puts bytes on a line of their own and reads to its end. Status 0: nothing came. */
function overTheLine(url: string, bytes: Buffer): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.setTimeout(ANSWER_WITHIN_MS, () => {
      socket.destroy(new Error(`no answer within ${String(ANSWER_WITHIN_MS)} ms`));
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Refused before all of it was read: what came back counts.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(parse(Buffer.concat(chunks)));
      else reject(error);
    });
    socket.on('close', () => {
      resolve(parse(Buffer.concat(chunks)));
    });
    socket.write(bytes);
  });
}

function parse(bytes: Buffer): Answer {
  // An interim answer, to `expect: 100-continue`, comes before the real one.
  const text = bytes.toString('utf8').replace(/^HTTP\/1\.1 100 .*?\r\n\r\n/s, '');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  const type = /^content-type: (.*)$/im.exec(head)?.[1] ?? '';
  const body = rest.join('\r\n\r\n');
  const chunked = /^transfer-encoding: chunked/im.test(head);
  return { status, type, body: chunked ? body.replaceAll(/(^|\r\n)[0-9a-f]+\r\n/g, '') : body };
}
