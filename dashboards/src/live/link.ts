import { signal } from '@preact/signals';

/** Code of the link that opens the first-run wizard; empty: to be typed; null: there is no wizard. */
export const setupCode = signal<string | null>(null);

/** The secret that a link carries behind its `#`: a browser sends that part to no server. */
interface LinkSecret {
  readonly kind: 'setup' | 'kiosk';
  readonly secret: string;
}

/** Takes the secret of the address out of it, so that it stands in no history, bookmark or photograph of the screen. */
function take(): LinkSecret | null {
  const [, kind, secret = ''] = /^#(setup|kiosk)=(.+)$/.exec(window.location.hash) ?? [];
  if (kind !== 'setup' && kind !== 'kiosk') return null;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return { kind, secret: decoded(secret) };
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Follows such a link, also one that is opened where the page is open already. False: the address held none. */
export function followLinks(onKiosk: (token: string) => void): boolean {
  const follow = (): boolean => {
    const link = take();
    if (link?.kind === 'setup') setupCode.value = link.secret;
    if (link?.kind === 'kiosk') onKiosk(link.secret);
    return link?.kind === 'kiosk';
  };
  window.addEventListener('hashchange', follow);
  return follow();
}
