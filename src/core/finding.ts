/** What a person may find at a dam (巡查发现). */
export const FINDING_KINDS = ['piping', 'turbid-seepage', 'crack', 'slump', 'blocked-drainage', 'other'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Each kind as it is spoken. */
const FINDING_WORDS: Readonly<Record<FindingKind, { readonly zh: string; readonly en: string }>> = {
  'piping': { zh: '管涌', en: 'piping' },
  'turbid-seepage': { zh: '渗水浑浊', en: 'turbid seepage' },
  'crack': { zh: '裂缝', en: 'a crack' },
  'slump': { zh: '滑塌', en: 'a slump' },
  'blocked-drainage': { zh: '排水堵塞', en: 'blocked drainage' },
  'other': { zh: '异常', en: 'something unusual' },
};

/** The key under which a finding is reported. */
export const findingKey = (findingId: string): string => `finding:${findingId}`;

/** What is spoken of a finding: what, where, and by whom it was found. */
export function findingWords(found: {
  readonly kind: FindingKind;
  readonly place: { readonly zh: string; readonly en: string };
  readonly note: string;
  readonly by: string;
}): { readonly zh: string; readonly en: string } {
  const { kind, place, note, by } = found;
  const what = FINDING_WORDS[kind];
  // What somebody wrote at length is on the page; a call has to be heard to its end.
  const said = note.length > 60 ? `${note.slice(0, 60).toWellFormed()}…` : note;
  return {
    zh: `人工巡查发现${what.zh}，${place.zh}${said === '' ? '' : `，${said}`}，${by}上报`,
    en: `${what.en} found at ${place.en}${said === '' ? '' : `, ${said}`}, reported by ${by}`,
  };
}
