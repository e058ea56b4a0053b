/** A key in groups of four characters, as it is typed from a screen. */
export const inGroups = (key: string): string => key.match(/.{1,4}/gs)?.join(' ') ?? '';
