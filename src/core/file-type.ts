import { photoTypeOf } from './photo-type.ts';

/** What may be added to a report: papers, photos, and what was recorded. */
export const FILE_TYPES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'application/pdf',
  'audio/mpeg',
  'audio/wav',
  'audio/ogg',
  'audio/mp4',
  'audio/amr',
  'video/mp4',
  'video/quicktime',
  'video/webm',
] as const;
export type FileType = (typeof FILE_TYPES)[number];

/** How names of such files may end; the first is added to one that ends otherwise. */
const ENDINGS: Readonly<Record<FileType, readonly [string, ...string[]]>> = {
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/png': ['.png'],
  'image/webp': ['.webp'],
  'application/pdf': ['.pdf'],
  'audio/mpeg': ['.mp3'],
  'audio/wav': ['.wav'],
  'audio/ogg': ['.ogg', '.oga', '.opus'],
  'audio/mp4': ['.m4a'],
  'audio/amr': ['.amr'],
  'video/mp4': ['.mp4', '.m4v', '.3gp', '.heic'],
  'video/quicktime': ['.mov'],
  'video/webm': ['.webm', '.mkv'],
};

/**
 * What a file is called where it is taken away: it ends as its bytes are. A paper that begins as one may hold a page that runs when
 * it is opened by a name that ends in `.html`.
 */
export const nameTakenAway = (name: string, type: FileType): string =>
  ENDINGS[type].some((ending) => name.toLowerCase().endsWith(ending)) ? name : `${name}${ENDINGS[type][0]}`;

/** Kinds of ISO media by their major brand; what is not listed is a film. */
const BRANDS: Readonly<Record<string, FileType>> = {
  'M4A ': 'audio/mp4',
  'M4B ': 'audio/mp4',
  'qt  ': 'video/quicktime',
};

/** Media type of a file, by how its bytes begin and nothing else; `null`: it is none that is taken. */
export function fileTypeOf(bytes: Uint8Array): FileType | null {
  const photo = photoTypeOf(bytes);
  if (photo !== null) return photo;
  const letters = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (letters(0, 5) === '%PDF-') return 'application/pdf';
  if (letters(0, 3) === 'ID3' || isMpegAudio(bytes)) return 'audio/mpeg';
  if (letters(0, 4) === 'RIFF' && letters(8, 12) === 'WAVE') return 'audio/wav';
  if (letters(0, 4) === 'OggS') return 'audio/ogg';
  if (letters(0, 5) === '#!AMR') return 'audio/amr';
  // What a browser records is WebM, with sound alone as well.
  if (letters(0, 4) === '\x1aE\xdf\xa3') return 'video/webm';
  if (letters(4, 8) === 'ftyp') return BRANDS[letters(8, 12)] ?? 'video/mp4';
  return null;
}

/** A frame of MPEG audio layer III: eleven bits set, then a version and a layer that exist. */
const isMpegAudio = ([first = 0, second = 0]: Uint8Array): boolean =>
  first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && (second & 0x06) === 0x02;
