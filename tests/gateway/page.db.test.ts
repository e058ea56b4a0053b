import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { testGateway } from './test-gateway.ts';

const folder = await mkdtemp(join(tmpdir(), 'tailwatch-page-'));
afterAll(() => rm(folder, { recursive: true }));
const page = join(folder, 'dashboards');
await mkdir(join(page, 'assets'), { recursive: true });
await writeFile(join(folder, 'secret.txt'), 'secret');
await writeFile(join(page, 'index.html'), '<!doctype html><title>Tailwatch</title>');
await writeFile(join(page, 'assets', 'index-abc123.js'), 'export {};');
const { app } = await testGateway(await testDatabase(), { pageFolder: page });

test('the page is served without a session: it holds no data', async () => {
  const response = await app.inject({ url: '/' });
  expect(response.statusCode).toBe(200);
  expect(response.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  expect(response.headers['content-security-policy']).toContain("default-src 'self'");
});

test('files that carry a hash in their name are kept by browsers', async () => {
  const response = await app.inject({ url: '/assets/index-abc123.js' });
  expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/..%5csecret.txt'])(
  'nothing beside the page is served: %s',
  async (url) => {
    const response = await app.inject({ url });
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.statusCode).toBeLessThan(500);
    expect(response.body).not.toContain('secret.txt');
    expect(Object.keys(response.json<object>()).slice(0, 2)).toEqual(['code', 'title']);
  },
);

test('what is not there is a Problem', async () => {
  const response = await app.inject({ url: '/api/nothing' });
  expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([404, 'request/not-found']);
});
