/** What people are called or written to for; a carrier that speaks approved templates needs one for each. */
export const PURPOSES = [
  'call',
  'news',
  'cleared',
  'released',
  'proof',
  'gaps',
  'evacuation',
  'evacuation-drill',
] as const;
export type Purpose = (typeof PURPOSES)[number];
