/** Who writes what: readers of messages by the program's name. */
import type { MessageReader } from './message.ts';
import { sshd } from './sshd.ts';

const table: ReadonlyMap<string, MessageReader> = new Map<string, MessageReader>([
  ['sshd', sshd],
  ['sshd-session', sshd],
  ['sshd-auth', sshd],
]);

export const readerOf = (program: string): MessageReader | undefined => table.get(program);
