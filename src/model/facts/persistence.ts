/**
 * Facts about what starts by itself: one entry of one mechanism, and what is known of the files that it rests
 * on. Artifacts say what stands there; whether it is an attack is judged from these facts alone.
 */
import type { Mechanism } from '../mechanism.ts';
import type { SourceRef, SourceStatus } from '../source.ts';
import type { PathText, Printable } from '../text.ts';
import type { MiningTrace } from './process.ts';

/**
 * How `command` and `body` are read.
 * - `shell` by a shell · `argv` words that are executed as they stand, no shell between
 * - `python`, `php`, `perl`, `javascript`, `lua` by that interpreter
 * - `setting` a key with its value; `target` names the file it brings in · `none` nothing is run by it
 * - `web-page` an active page of ASP or JSP
 * - `cmd` a line of Windows: what CreateProcess or cmd.exe is given, or with a body a batch file · `powershell` its text ·
 *   `windows-script` VBScript or JScript · `windows-path` a file that is loaded
 */
export type CommandLanguage =
  | 'shell'
  | 'argv'
  | 'python'
  | 'php'
  | 'perl'
  | 'javascript'
  | 'lua'
  | 'cmd'
  | 'powershell'
  | 'windows-script'
  | 'windows-path'
  | 'web-page'
  | 'setting'
  | 'none';

/**
 * What the format itself shows, beside the command: seen by the artifact, weighed by the judge. A mark is an
 * observation, never a verdict.
 */
export const persistenceMarks = [
  /** Bytes that are no text around the entry, as a database dump leaves them. */
  'binary-noise',
  /** A second account with uid 0. */
  'uid-0',
  /** A system account with a shell that lets in. */
  'system-account-shell',
  /** A shell whose name only looks like one that refuses: a blank after nologin. */
  'shell-with-blank',
  'empty-password',
  /** Of an account that belongs to a service and not to a person. */
  'of-system-account',
  /** A key of an account that should have none. */
  'key-of-system-account',
  /** Lets somebody in without a password, or as anybody: NOPASSWD: ALL, pam_permit in an auth stack. */
  'opens-access',
  /** Weakens a guard: PermitRootLogin with passwords, a hook that ignores failures of authentication. */
  'weakens-guard',
  /** A file of the mechanism where only the system's own packages put any. */
  'unusual-place',
  /** Sees or becomes the whole host: privileged container, bind of /, host pid namespace. */
  'host-access',
  /** Starts again whenever it ends. */
  'restarts',
  /** Set up so that it does not run as things stand, and would when switched on. */
  'switched-off',
  /** Replaces or shadows something of a package by its name or by its order. */
  'shadows-package',
  /** Hides: loads into every program, or filters what others see. */
  'loads-everywhere',
  /** Its name is that of a kernel thread or a near miss of a system program. */
  'look-alike-name',
  /** Written so that a reader does not see it: far to the right, after many blank lines, carriage returns. */
  'concealed-in-file',
  /** Points at a host outside, with no reason for it in the mechanism: replication, remote includes. */
  'foreign-host',
  /** A rule that locks out rivals or protectors: names black-holed, ports of the vendor closed. */
  'locks-out',
  /** The listing hides what another way of reading shows. */
  'hidden-from-listing',
  /** A kernel module that neither the kernel's build, nor dkms, nor a known installer brought. */
  'foreign-module',
  /** What it writes to its outputs is thrown away by its own settings. */
  'silenced',
  /** A setting of the kernel or of limits as guides for RandomX give it, number for number. */
  'miner-setting',
  /** The number in the record of an account is not that of its key: it is another account under its name (Windows). */
  'cloned-account',
  /** An account that one part of the account database has and another has not. */
  'account-in-one-place',
  /** A name that ends in a dollar sign, which lists of users leave out. */
  'dollar-account',
  /** Left out of the logon screen. */
  'hidden-at-logon',
  /** A member of the local administrators. */
  'administrator',
  /** Made long after the system, and not long before it was looked at last. */
  'fresh-account',
  /** The guest account may log in. */
  'guest-enabled',
  /** A task that the registry has and the folder of tasks has not. */
  'registry-only',
  /** A task whose file is there and which the registry does not know. */
  'file-only',
  /** Two places that should say the same say different things of what is run. */
  'stores-differ',
  /** Takes a whole drive, or a program that runs scripts, out of what a scanner looks at. */
  'excludes-everything',
  /** Takes a folder or a program out of what a scanner looks at. */
  'excludes',
  /** Switches a protection off. */
  'protection-off',
  /** Stands where the system has another value. */
  'changed-default',
  /** A driver that gives programs the registers of the processor, as miners and monitoring tools use it. */
  'msr-driver',
  /** A driver of a maker with a hole by which programs reach the kernel: brought along to end scanners (BYOVD). */
  'vulnerable-driver',
  /** Runs a command when it ends unexpectedly. */
  'failure-command',
  /** Forwards a port of this host to another host. */
  'forwards-port',
  /** A port, a rule or a name that a family leaves to know its own. */
  'known-marker',
] as const;
export type PersistenceMark = (typeof persistenceMarks)[number];

/** One line of a script. */
export interface BodyLine {
  /** One-based. */
  readonly line: number;
  readonly text: Printable;
}

/** A variable that the mechanism gives to what it runs. Values are read, and never shown by themselves. */
export interface EntryVariable {
  readonly name: string;
  readonly value: Printable;
}

/** One entry of one mechanism: something that will be run, loaded or let in without anybody asking again. */
export interface PersistenceFact {
  readonly kind: 'persistence';
  readonly source: SourceRef;
  readonly mechanism: Mechanism;
  /** What it is called within its source, where many stand in one: a service, a task, an account. */
  readonly name?: Printable;
  /** The account that it is, where it is one of Windows: `S-1-5-21-…-1004`. */
  readonly sid?: string;
  /** Whom it runs as or lets in; empty where the format does not say. */
  readonly user: Printable;
  /** When, as it stands there (`@reboot`, `OnBootSec=1min`), or in one word: boot, login, install, event. */
  readonly trigger: Printable;
  /** What is run, after the format's own escapes; empty for an entry that only is there. */
  readonly command: Printable;
  readonly language: CommandLanguage;
  /** Variables that it runs with, later ones after earlier ones of the same name; bounded by `environmentLimit`. */
  readonly environment?: readonly EntryVariable[];
  /** The file that it runs or loads, where the format says so; else it is found in the command. */
  readonly target?: PathText;
  /** The lines of a script that is run whole; bounded by `scriptLimit`. Empty where `command` is all. */
  readonly body: readonly BodyLine[];
  /** False where it would not run as things stand: masked, disabled, not linked, commented out. */
  readonly active: boolean;
  readonly marks: readonly PersistenceMark[];
  /** When it was written by what keeps it: a key of the registry. Microseconds UTC; a file tells it itself. */
  readonly writtenUs?: number;
  /** The line that is shown as evidence. */
  readonly text: Printable;
}

/** What a persistence entry rests on: its own file, and the files it runs or loads. */
export interface FileFact {
  readonly kind: 'file';
  readonly source: SourceRef;
  readonly path: PathText;
  /** `absent` where a command names a file that is not there. */
  readonly status: SourceStatus;
  readonly type: 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'character' | 'block' | 'unknown';
  /** Where a link leads in the end. */
  readonly leadsTo?: PathText;
  /** Permission bits and type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  readonly links: number;
  /** Microseconds UTC. */
  readonly modifiedUs: number;
  readonly changedUs: number;
  readonly bornUs?: number;
  /** Inode flags of ioctl_iflags(2); empty where the file system has none or they were not asked for. */
  readonly flags: readonly ('immutable' | 'append-only')[];
  /** File capabilities of capabilities(7), `cap_setuid+ep`; empty for none. */
  readonly capabilities: string;
  readonly format: 'elf' | 'pe' | 'script' | 'text' | 'other' | 'empty';
  /** First line of a script without `#!`. */
  readonly interpreter?: Printable;
  /** Mark of a packer: `UPX`. */
  readonly packer?: string;
  /** An ELF program that is linked statically and has no table of sections: nothing in it has a name. */
  readonly bare?: true;
}

/** What stands in a program that starts by itself, lies where none belongs, or runs, and that no package owns. */
export interface FileContentFact {
  readonly kind: 'file-content';
  /** Where it was read: its path, or /proc/PID/exe of a process. */
  readonly source: SourceRef;
  readonly path: PathText;
  /** Bytes. */
  readonly size: number;
  readonly device: number;
  /** Equal for two names of one file. */
  readonly inode: number;
  /** Of the whole file, lower case; empty where it was read in part. */
  readonly sha256: string;
  /** Of the whole file, in the other algorithms that an indicator asked for. */
  readonly digests: readonly string[];
  /** What it says of mining, with the words around it, masked. */
  readonly traces: readonly {
    readonly found: MiningTrace;
    readonly offset: number;
    readonly text: Printable;
  }[];
  /** Words of a miner's options and algorithms that stand in it, each once. */
  readonly words: readonly string[];
  /** The process that runs it, where it was read through /proc/PID/exe. */
  readonly pid?: number;
}

/** A script that an entry runs and no package owns: what it does is what the entry does. */
export interface ScriptFact {
  readonly kind: 'script';
  readonly source: SourceRef;
  readonly path: PathText;
  /** Bounded by `scriptLimit`. */
  readonly body: readonly BodyLine[];
}

/** Times of a file that no package owns, and those around it. Microseconds UTC. */
export interface FileTimesFact {
  readonly kind: 'file-times';
  readonly source: SourceRef;
  readonly path: PathText;
  readonly modifiedUs: number;
  readonly changedUs: number;
  /** Absent where the file system has none. */
  readonly bornUs?: number;
  readonly folder: { readonly path: PathText; readonly modifiedUs: number; readonly bornUs?: number };
  /** Other plain files of the folder; some, where there are many. */
  readonly neighbours: readonly { readonly modifiedUs: number; readonly changedUs: number }[];
}

/** A folder of things that start by themselves, with more files than anybody reads. */
export interface FloodedFolderFact {
  readonly kind: 'flooded-folder';
  readonly source: SourceRef;
  readonly path: PathText;
  readonly names: number;
  /** What may hold something and was not looked into. */
  readonly unread: number;
}

/** Who vouches for a program of Windows; what stands there for the ownership by a package. */
export interface ProgramTrustFact {
  readonly kind: 'program-trust';
  readonly source: SourceRef;
  readonly path: PathText;
  readonly role: 'program' | 'library' | 'driver' | 'firmware';
  /**
   * - `microsoft` signed or listed under a root of Microsoft
   * - `signed` signed or listed by somebody of whom nothing more is known
   * - `altered` it carries a signature that is not of these bytes
   * - `unsigned` it carries none, and no catalogue of the image lists it
   * - `unknown` it carries none, and the catalogues are not here
   */
  readonly state: 'microsoft' | 'signed' | 'altered' | 'unsigned' | 'unknown';
  /** The name in the certificate; anybody's words unless the state is `microsoft`. */
  readonly signer?: Printable;
  /** What its version resource says: anybody's words. */
  readonly company?: Printable;
  readonly product?: Printable;
  readonly originalName?: Printable;
  readonly version?: Printable;
}

/** When packages were put there: minutes in microseconds UTC, ascending. */
export interface PackageTimesFact {
  readonly kind: 'package-times';
  readonly source: SourceRef;
  readonly times: readonly number[];
}

/** Whether a file that a package owns is still what the package brought. */
export interface IntegrityFact {
  readonly kind: 'integrity';
  readonly source: SourceRef;
  readonly path: PathText;
  readonly package: Printable;
  readonly manager: 'dpkg' | 'rpm' | 'apk' | 'pacman';
  /** `conffile-changed`: a file that owners are meant to edit. `replaced`: not of the kind that was brought. */
  readonly state: 'unchanged' | 'changed' | 'conffile-changed' | 'missing' | 'replaced' | 'unknown';
  readonly text: Printable;
}

/** Variables of one entry, and characters of one value; longer ones are left out. */
export const environmentLimit = { variables: 256, value: 8_192 } as const;

/** Lines and bytes of a script that an entry carries; what stands behind them is told as truncated. */
export const scriptLimit = { lines: 2000, bytes: 65_536 } as const;
