import type { Spine } from './spine.ts';

/** Everybody whose phone rang, in order. The carrier rings once for each number of an attempt. */
export async function calledPeople({ phones }: Spine): Promise<string[]> {
  const { calls } = await phones.log();
  return calls.map((call) => call.to);
}

/** What was stored, by the instrument's time. */
export async function storedValues({ database }: Spine): Promise<(number | null)[]> {
  const rows = await database.db.selectFrom('reading').select('value').orderBy('observed_at').execute();
  return rows.map((row) => row.value);
}

/** Whether all is answered, and no phone is tried any more. */
export async function isSilent({ database }: Spine): Promise<boolean> {
  const callout = await database.db.selectFrom('callout').select('state').executeTakeFirst();
  const open = await database.db.selectFrom('attempt').select('id').where('status', '!=', 'ended').execute();
  const { phase } = (callout?.state ?? {}) as { readonly phase?: string };
  return (phase === 'answered' || phase === 'responding') && open.length === 0;
}

/** As the page shows it: who answered what, and how. */
export async function answersTold({ url, account }: Spine): Promise<string[]> {
  const signedIn = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const response = await fetch(`${url}/api/sites/story/overview`, { headers: { cookie } });
  const { callout } = (await response.json()) as {
    callout: { answers: { contactId: string; level: string; medium: string }[] };
  };
  return callout.answers.map(({ contactId, level, medium }) => `${contactId} ${level} ${medium}`);
}
