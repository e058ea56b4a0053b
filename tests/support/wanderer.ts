/** A browser without a screen: follows where it is sent, and keeps cookies by host, whatever the port, as browsers do. */
export interface Wanderer {
  /** Follows redirects until there is none, or until `stopAt` says that this address is not to be asked. */
  get(url: string, stopAt?: (url: URL) => boolean): Promise<Arrival>;
  post(url: string, form: Readonly<Record<string, string>>, stopAt?: (url: URL) => boolean): Promise<Arrival>;
  cookie(host: string, name: string): string | undefined;
  setCookie(host: string, name: string, value: string): void;
}

export interface Arrival {
  /** Where it ended, with what stands behind `#`. */
  readonly url: URL;
  /** Of the last answer; null: it was not asked. */
  readonly status: number | null;
}

const HOPS_AT_MOST = 12;

export function wanderer(): Wanderer {
  const jar = new Map<string, Map<string, string>>();
  const cookiesOf = (host: string): Map<string, string> => {
    const cookies = jar.get(host) ?? new Map<string, string>();
    jar.set(host, cookies);
    return cookies;
  };

  async function go(from: string, init: RequestInit, stopAt: (url: URL) => boolean = () => false): Promise<Arrival> {
    let [url, asked] = [new URL(from), init];
    for (let hops = 0; hops < HOPS_AT_MOST; hops += 1) {
      if (stopAt(url)) return { url, status: null };
      const cookies = cookiesOf(url.hostname);
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { ...asked, redirect: 'manual', headers: { cookie } });
      await response.arrayBuffer();
      for (const line of response.headers.getSetCookie()) keep(cookies, line);
      const to = response.headers.get('location');
      if (to === null) return { url, status: response.status };
      [url, asked] = [new URL(to, url), {}];
    }
    throw new Error(`sent on and on, at last to ${url.href}`);
  }

  return {
    get: (url, stopAt) => go(url, {}, stopAt),
    post: (url, form, stopAt) => go(url, { method: 'POST', body: new URLSearchParams(form) }, stopAt),
    cookie: (host, name) => jar.get(host)?.get(name),
    setCookie: (host, name, value) => void cookiesOf(host).set(name, value),
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
  const isOver = attributes.some(
    (each) => /^max-age=0$/i.test(each) || (/^expires=/i.test(each) && Date.parse(each.slice(8)) < Date.now()),
  );
  if (isOver) cookies.delete(name);
  else cookies.set(name, value);
}
