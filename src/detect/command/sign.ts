/**
 * What a command does that speaks for an attack. Observations with the very text that shows them; how much each
 * weighs is decided by the judge of entries (`persistence/weights.ts`).
 */
import type { PathText, Printable } from '../../model/text.ts';

export const signIds = [
  /** Something is fetched from a network and run: by a pipe, a substitution, or saved where droppers save. */
  'fetch-and-run',
  /** Fetched over TLS into a place of the owner's, then run: what updaters do, and droppers. */
  'fetch-then-run',
  /** What is run was encoded: base64, hex, escapes, packed, reversed. */
  'decode-and-run',
  /** A program's name is put together so that nobody reads it: variables joined, quotes inside a word. */
  'disguised-command',
  /** A shell is handed to a host outside. */
  'reverse-shell',
  /** What a web client sends is run. */
  'web-shell',
  /** A miner's pool, wallet or options. */
  'miner-command',
  /** Ends many programs, or other miners by name. */
  'kills-rivals',
  /** Stops or removes what protects the host. */
  'stops-protection',
  /** Conceals: preload written, mounts over /proc, flags that forbid removal. */
  'hides',
  /** Histories and logs emptied. */
  'clears-traces',
  /** Writes another place from which it comes back. */
  'writes-persistence',
  /** Makes an account, a key or a password. */
  'opens-account',
  /** A port of this host, or a way into its network, is opened on a host outside. */
  'opens-tunnel',
  /** What it runs is kept in the registry or in WMI, and in no file. */
  'runs-stored-code',
  /** PowerShell is given its command in base64: so go attackers, and tools that avoid quoting. */
  'encoded-command',
  /** Its window is hidden. */
  'hidden-window',
] as const;
export type SignId = (typeof signIds)[number];

export interface Sign {
  readonly id: SignId;
  readonly text: Printable;
  /** What it is about, for its text: an address, a program, a wallet. */
  readonly about: Printable;
  /** One-based line of the script, where it stands in one. */
  readonly line?: number;
  /** The script that the entry runs, where it stands in that. */
  readonly file?: PathText;
}
