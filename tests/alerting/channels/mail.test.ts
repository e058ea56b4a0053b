import { afterEach, beforeEach, expect, test } from 'vitest';
import { mailCarrier } from '../../../alerting/channels/mail-carrier.ts';
import { startMailServer } from '../../support/mail-server.ts';
import type { MailServer } from '../../support/mail-server.ts';

let server: MailServer;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const ATTEMPT = '0b9c2d1e-1111-4222-8333-444455556666';
const mail = (url = server.url) => mailCarrier({ url, from: 'tailwatch@mine.example' });
const request = { attemptId: ATTEMPT, to: 'chief@mine.example', text: '示范尾矿库，红色预警叫应。请回复 4711 确认。' };

test('a letter goes out with the text, and a name made of the attempt', async () => {
  expect(await mail().message(request)).toBe(`<${ATTEMPT}@mine.example>`);
  const [letter] = server.letters;
  expect(letter).toMatchObject({ from: 'tailwatch@mine.example', to: ['chief@mine.example'] });
  expect(letter?.text).toContain(`Message-ID: <${ATTEMPT}@mine.example>`);
  expect(letter?.text).toContain('Auto-Submitted: auto-generated');
  const body = letter?.text.split('\r\n\r\n').slice(1).join('').replace(/\s/gu, '') ?? '';
  expect(Buffer.from(body, 'base64').toString('utf8')).toBe(request.text);
});

test('a server that refuses the letter refuses; one that is away or knows us not may be asked again', async () => {
  server.refuse(true);
  await expect(mail().message(request)).rejects.toMatchObject({ code: 'carrier/refused' });
  server.refuse(false);
  const stranger = server.url.replace('geheim', 'falsch');
  await expect(mail(stranger).message(request)).rejects.toMatchObject({ code: 'carrier/unreachable' });
  await expect(mail('smtp://127.0.0.1:1').message(request)).rejects.toMatchObject({ code: 'carrier/unreachable' });
  await expect(mail('smtp://127.0.0.1:1').about()).rejects.toMatchObject({ code: 'carrier/unreachable' });
  expect(server.letters).toEqual([]);
});

test('a person without an address is nobody mail reaches; a mail server calls nobody', async () => {
  await expect(mail().message({ ...request, to: '' })).rejects.toMatchObject({ code: 'carrier/refused' });
  await expect(mail().call(request)).rejects.toMatchObject({ code: 'carrier/refused' });
  expect(await mail().about()).toMatchObject({ simulated: false });
});
