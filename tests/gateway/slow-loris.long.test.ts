import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { testGateway } from './test-gateway.ts';

const house = await testGateway(await testDatabase());

/** Sends this and then nothing; what came by the time the other side hung up. */
const dribble = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(house.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(text);
    });
    socket.write(bytes);
  });

test('a head or a body that never ends is hung up on, and others are answered meanwhile', async () => {
  const heads = Array.from({ length: 50 }, () => dribble('GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: '));
  const bodies = Array.from({ length: 50 }, () =>
    dribble(
      'POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"name"',
    ),
  );
  expect((await fetch(`${house.url}/healthz`)).status).toBe(200);
  for (const answer of await Promise.all([...heads, ...bodies])) {
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request/invalid"');
  }
});
