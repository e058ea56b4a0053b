/**
 * The short name of a callout by which people speak of it: four digits, spoken after an answer and shown on the page. It
 * follows from the id; two callouts may share one in ten thousand times.
 */
export const eventNumber = (calloutId: string): string =>
  String(Number.parseInt(calloutId.replaceAll('-', '').slice(0, 8), 16) % 10_000).padStart(4, '0');
