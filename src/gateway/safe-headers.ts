/** The page makes sound, and may keep a wall's screen awake and fill it; it asks a browser for nothing else. */
const PERMISSIONS_POLICY = [
  'autoplay=(self)',
  'fullscreen=(self)',
  'screen-wake-lock=(self)',
  ...['camera', 'display-capture', 'geolocation', 'microphone', 'midi', 'payment', 'serial', 'usb'].map(
    (each) => `${each}=()`,
  ),
].join(', ');

/** Of every answer, beside those of helmet. What is told to one is kept for no other; files of the page say for themselves how long they hold. */
export const SAFE_HEADERS = { 'cache-control': 'no-store', 'permissions-policy': PERMISSIONS_POLICY } as const;

/** Of answers that pass no hook: they hold nothing, and are nothing but what they say. */
export const BARE_HEADERS = {
  ...SAFE_HEADERS,
  'content-type': 'application/json; charset=utf-8',
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;
