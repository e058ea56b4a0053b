import type { BenchHouse } from './house.ts';

/** The least that could be called calling: hears of a row, reads it, writes down that it calls, and asks the carrier. */
export interface BareCaller extends AsyncDisposable {
  /** Commits a row of the log; the request follows by itself. */
  rise(): Promise<void>;
}

export async function bareCaller({ database: { pool } }: BenchHouse, carrierUrl: string): Promise<BareCaller> {
  await pool.query(`create table if not exists bare_rise (id integer generated always as identity, at timestamptz)`);
  await pool.query(`create table if not exists bare_call (rise integer, at timestamptz)`);
  const listening = await pool.connect();
  let calling = Promise.resolve();
  listening.on('notification', ({ payload = '' }) => {
    calling = calling.then(() => call(Number(payload)));
  });
  await listening.query('listen bare_rise');

  async function call(rise: number): Promise<void> {
    await pool.query('select * from bare_rise where id = $1', [rise]);
    await pool.query('insert into bare_call values ($1, now())', [rise]);
    const response = await fetch(`${carrierUrl}/v1/calls`, {
      method: 'POST',
      headers: { 'idempotency-key': `bare-${String(rise)}` },
      body: JSON.stringify({ to: 'nobody' }),
    });
    await response.arrayBuffer();
  }

  return {
    async rise() {
      await pool.query(
        `with new as (insert into bare_rise (at) values (now()) returning id) select pg_notify('bare_rise', id::text) from new`,
      );
    },
    async [Symbol.asyncDispose]() {
      await calling;
      listening.release(true);
    },
  };
}
