/** GUIDs of Windows as text: `{00112233-4455-6677-8899-AABBCCDDEEFF}`. Source: [MS-DTYP] 2.3.4.2 (packet), 2.3.4.3 (text). */

const hex: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

export const hexByte = (byte: number | undefined): string => hex[byte ?? 0] ?? '00';

/** Where each byte of the text stands: the first three groups are little-endian. */
const order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15] as const;

export function guidText(bytes: Uint8Array, at: number): string {
  let text = '{';
  for (const index of order) text += index < 0 ? '-' : hexByte(bytes[at + index]);
  return `${text}}`;
}
