/** What does not fit together in a site, and where. */
export interface SiteFault {
  readonly path: (string | number)[];
  readonly message: string;
}

/** A value as it was written: parts of it may be missing or wrong, which the schema reports by itself. */
export type Written = unknown;
/** A group of keys as it was written. */
export type Entry = Readonly<Record<string, Written>>;

/** A group of keys; empty where something else was written. */
export const entry = (value: Written): Entry => (typeof value === 'object' && value !== null ? (value as Entry) : {});
/** Its entries; none where something else was written. */
export const list = (value: Written): readonly Entry[] => (Array.isArray(value) ? value.map(entry) : []);
