import { expect, test } from 'vitest';
import { fileTypeOf, nameTakenAway } from '../../src/core/file-type.ts';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ['image/jpeg', '\xff\xd8\xff\xe0'],
  ['application/pdf', '%PDF-1.7'],
  ['audio/mpeg', 'ID3\x04'],
  ['audio/mpeg', '\xff\xfb\x90\x00'],
  ['audio/wav', 'RIFF\x24\0\0\0WAVEfmt '],
  ['audio/ogg', 'OggS\0'],
  ['audio/mp4', '\0\0\0\x20ftypM4A \0'],
  ['audio/amr', '#!AMR\n'],
  ['video/mp4', '\0\0\0\x20ftypisom\0'],
  ['video/quicktime', '\0\0\0\x14ftypqt  \0'],
  ['video/webm', '\x1aE\xdf\xa3'],
  [null, ''],
  [null, '<html>'],
  [null, 'RIFF\x24\0\0\0AVI LIST'],
  // A layer and a version that do not exist.
  [null, '\xff\xe8\x90\x00'],
  [null, '\xff\xff\xff\xff'],
])('%s is told by %j', (type, begins) => {
  expect(fileTypeOf(bytes(begins))).toBe(type);
});

test.each([
  ['report.html', 'application/pdf', 'report.html.pdf'],
  ['report.PDF', 'application/pdf', 'report.PDF'],
  ['file', 'video/mp4', 'file.mp4'],
  ['photo.jpeg', 'image/jpeg', 'photo.jpeg'],
] as const)('%s of %s is taken away as %s', (name, type, taken) => {
  expect(nameTakenAway(name, type)).toBe(taken);
});
