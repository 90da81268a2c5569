/** Accounts of Windows as logs and entries name them, and whose work a trace may be. */
import type { FirstTrace } from '../scene.ts';

/** What an administrator starts is the system's, whoever he is. */
export const ofSystem =
  /^(?:|SYSTEM|LocalSystem|LOCAL SERVICE|NETWORK SERVICE|S-1-5-(?:18|19|20|32-544)|NT (?:AUTHORITY|Service)\\.*)$/i;

/** Without its domain, in small letters. */
export const plain = (account: string): string => account.slice(account.lastIndexOf('\\') + 1).toLowerCase();

export const owns = (account: string, { owner }: FirstTrace): boolean =>
  ofSystem.test(owner) || plain(owner) === plain(account);
