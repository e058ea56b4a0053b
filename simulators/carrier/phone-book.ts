import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const Contacts = z.object({
  contacts: z.array(
    z.object({ phone: z.string(), duty: z.string(), name: z.object({ zh: z.string(), en: z.string() }) }),
  ),
});

/** Whose phone is whose, for the page. */
export type PhoneBook = readonly {
  readonly number: string;
  readonly duty: string;
  readonly name: { readonly zh: string; readonly en: string };
}[];

/** Reads names and numbers from a site file; throws when it has no contacts. Nothing else of the file is looked at. */
export async function readPhoneBook(file: string): Promise<PhoneBook> {
  const { contacts } = Contacts.parse(parse(await readFile(file, 'utf8')));
  return contacts.map(({ phone, duty, name }) => ({ number: phone, duty, name }));
}
