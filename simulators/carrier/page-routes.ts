import type { FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { PhoneBook } from './phone-book.ts';
import type { PhoneNetwork } from './phone-network.ts';

const FILES: Readonly<Record<string, string>> = {
  'index.html': 'text/html',
  'page.css': 'text/css',
  'page.js': 'text/javascript',
  'card.js': 'text/javascript',
  'sound.js': 'text/javascript',
  'words.js': 'text/javascript',
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const Hand = z.union([
  z.strictObject({ do: z.enum(['pick-up', 'hang-up', 'voicemail', 'busy']) }),
  z.strictObject({ do: z.literal('press'), digit: z.string().regex(/^[0-9*#]$/u) }),
  z.strictObject({ do: z.literal('reply'), text: z.string().trim().min(1).max(500) }),
]);

/** How many messages of a phone the page shows. */
const SHOWN = 20;
/** Changes within this time reach the page as one. */
const GATHER_MS = 50;

/** The page of phones, the stream of their states, and what hands do with them. No key: whoever sits at this machine holds the phones. */
export function pageRoutes(app: FastifyInstance, network: PhoneNetwork, book: PhoneBook): void {
  for (const [file, type] of Object.entries(FILES)) {
    app.get(file === 'index.html' ? '/' : `/${file}`, async (_request, reply) => {
      const content = await readFile(new URL(`page/${file}`, import.meta.url));
      return reply
        .header('content-type', `${type}; charset=utf-8`)
        .header('cache-control', 'no-cache')
        .header('content-security-policy', POLICY)
        .send(content);
    });
  }
  // A form or image of another site cannot send JSON without being asked first, and nothing here answers that question.
  app.post<{ Params: { number: string } }>('/phones/:number', async (request, reply) => {
    const hand = Hand.safeParse(request.body);
    if (!hand.success) return reply.code(400).send({ code: 'request/invalid', title: z.prettifyError(hand.error) });
    const done = perform(network, request.params.number, hand.data);
    return reply
      .code(done ? 204 : 409)
      .send(done ? undefined : { code: 'phone/not-possible', title: 'this phone cannot do that now' });
  });
  app.get('/phones', async () => phonesShown(network, book));
  app.get('/events', (request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    let gathering: NodeJS.Timeout | undefined;
    const send = () => {
      gathering = undefined;
      // A page that does not read is sent nothing until it does: the next state says everything anyway.
      if (raw.writableNeedDrain) gathering = setTimeout(send, 1_000);
      else raw.write(`data: ${JSON.stringify(phonesShown(network, book))}\n\n`);
    };
    const unwatch = network.watch(() => {
      gathering ??= setTimeout(send, GATHER_MS);
    });
    request.raw.on('close', () => {
      unwatch();
      clearTimeout(gathering);
    });
    send();
  });
}

function perform(network: PhoneNetwork, number: string, hand: z.infer<typeof Hand>): boolean {
  switch (hand.do) {
    case 'press':
      return network.gesture(number, { press: hand.digit });
    case 'reply':
      return network.reply(number, hand.text);
    default:
      return network.gesture(number, hand.do);
  }
}

/** Every phone that has a name, a script, a call or a message, with what its screen shows. */
function phonesShown(network: PhoneNetwork, book: PhoneBook) {
  const calls = [...network.calls.values()];
  const numbers = new Set([
    ...book.map(({ number }) => number),
    ...network.scripts.keys(),
    ...calls.map(({ to }) => to),
    ...network.messages.map(({ to }) => to),
  ]);
  const phones = [...numbers].map((number) => {
    const own = calls.filter(({ to }) => to === number);
    const call = network.callOf(number) ?? own.at(-1);
    const owner = book.find((entry) => entry.number === number);
    return {
      number,
      owner: owner === undefined ? null : { name: owner.name, duty: owner.duty },
      script: (network.scripts.get(number) ?? []).map(({ behaviour }) => behaviour),
      calls: own.length,
      call:
        call === undefined
          ? null
          : {
              id: call.id,
              state: call.state,
              ending: call.ending,
              language: call.language,
              heard: call.heard,
              say: call.say,
              pressed: call.pressed,
              gathering: call.gathering,
              since: call.history.at(-1)?.at,
              began: call.history[0]?.at,
            },
      messages: network.messages
        .filter(({ to }) => to === number)
        .slice(-SHOWN)
        .map(({ id, text, at, state }) => ({ id, text, at, state })),
    };
  });
  return { now: Date.now(), phones };
}
