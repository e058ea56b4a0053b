import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Letter {
  readonly to: readonly string[];
  readonly from: string;
  /** As it came, headers and all. */
  readonly text: string;
}

/** A mail server that speaks SMTP and keeps what it is given. */
export interface MailServer extends AsyncDisposable {
  readonly url: string;
  readonly letters: readonly Letter[];
  /** How often somebody asked it to take a letter. */
  asked(): number;
  /** Takes nothing from now on, or takes everything again. */
  refuse(is: boolean): void;
}

export async function startMailServer(): Promise<MailServer> {
  const letters: Letter[] = [];
  let isRefusing = false;
  let asked = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) => {
      done(username === 'mine' && password === 'geheim' ? null : new Error('wrong'), { user: username });
    },
    onMailFrom: (_address, _session, done) => {
      asked += 1;
      done(isRefusing ? new Error('no') : null);
    },
    onData: (stream, { envelope: { mailFrom, rcptTo } }, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        letters.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((each) => each.address),
          text,
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://mine:geheim@127.0.0.1:${String(port)}`,
    letters,
    asked: () => asked,
    refuse: (is) => {
      isRefusing = is;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
