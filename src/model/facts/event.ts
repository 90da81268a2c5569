/**
 * Events: what a log, a history or a binary record says that happened, when, and on which line.
 *
 * A host has millions of them, so they are streamed: decoders give one at a time, the store keeps them, and whoever
 * looks for a way in keeps its own small state. What it is NOT: a judgement, nor a claim that it happened; whoever is
 * root writes logs too. `attacker-controlled` fields (names of accounts, requests, agents) are text and nothing else.
 */
import type { SourceRef } from '../source.ts';
import type { PathText, Printable } from '../text.ts';
import type { Precision } from '../time.ts';

/** What is the same for all events. */
export interface EventBase {
  readonly kind: 'event';
  readonly source: SourceRef;
  /** Microseconds UTC. */
  readonly us: number;
  readonly precision: Precision;
  /** False where a year or a zone had to be assumed, or the clock was set within the source. */
  readonly certain: boolean;
  /** The host that the line names; empty where it names none. */
  readonly host: Printable;
  /** The line as it stands there. */
  readonly text: Printable;
  /** Nothing vouches for the shape that it was read by; see `model/shape-source.ts`. */
  readonly unverified?: boolean;
}

/** Somebody asked to be let in. */
export interface LoginEvent extends EventBase {
  readonly what: 'login';
  readonly outcome: 'accepted' | 'failed';
  /** `sshd`, `login`, `vsftpd`, `vpn`, `bastion`, `postgresql`. */
  readonly service: string;
  readonly account: Printable;
  /** False where the service says that there is no such account. */
  readonly known: boolean;
  /** Address or name; empty where it came from this host. */
  readonly from: Printable;
  readonly port?: number;
  /** Number of the session that it began, where the system numbers them (Windows: logon id, `0x3e7`). */
  readonly session?: string;
  /** `password`, `publickey`, `keyboard-interactive/pam`. */
  readonly method: Printable;
  /** Fingerprint of the key, `SHA256:…` or `MD5:…`. */
  readonly key?: Printable;
  readonly pid?: number;
}

export interface SessionEvent extends EventBase {
  readonly what: 'session';
  readonly phase: 'opened' | 'closed';
  readonly service: string;
  readonly account: Printable;
  readonly from: Printable;
  readonly terminal?: Printable;
  readonly pid?: number;
}

/** A command that somebody ran as somebody else. */
export interface PrivilegeEvent extends EventBase {
  readonly what: 'privilege';
  readonly program: 'sudo' | 'su' | 'doas' | 'pkexec' | 'runuser';
  readonly outcome: 'accepted' | 'failed';
  readonly account: Printable;
  readonly as: Printable;
  readonly command: Printable;
  readonly folder?: PathText;
  readonly terminal?: Printable;
}

export interface AccountEvent extends EventBase {
  readonly what: 'account';
  readonly action:
    | 'added'
    | 'removed'
    | 'changed'
    | 'password-changed'
    | 'group-added'
    | 'group-removed'
    | 'member-added'
    | 'member-removed'
    | 'locked'
    | 'unlocked'
    | 'enabled'
    | 'disabled'
    | 'renamed';
  readonly account: Printable;
  /** What it was called before it was renamed. */
  readonly was?: Printable;
  readonly group?: Printable;
  /** Of Windows, of the account and of the group: `S-1-5-21-…-1004`. */
  readonly sid?: string;
  readonly groupSid?: string;
  /** Number of the session of whoever did it, see `LoginEvent`. */
  readonly session?: string;
  readonly uid?: number;
  readonly home?: PathText;
  readonly shell?: PathText;
  readonly by?: Printable;
}

/** A scheduler ran a command. */
export interface JobEvent extends EventBase {
  readonly what: 'job';
  readonly scheduler: 'cron' | 'anacron' | 'at' | 'incron' | 'systemd';
  readonly account: Printable;
  readonly command: Printable;
}

/** A table of a scheduler was changed or looked at. */
export interface TableEvent extends EventBase {
  readonly what: 'table';
  readonly action: 'replaced' | 'deleted' | 'edited' | 'listed' | 'reloaded';
  /** Whose hand did it. */
  readonly by: Printable;
  /** The account whose table it is, or the path of a system table. */
  readonly table: Printable;
}

/** A command that a history or an audit record holds. */
export interface CommandEvent extends EventBase {
  readonly what: 'command';
  readonly origin: 'history' | 'audit' | 'journal' | 'process-accounting';
  readonly account: Printable;
  readonly command: Printable;
  /** It is the text of a script, and no line that a program was started with. */
  readonly script?: 'powershell';
  readonly exe?: PathText;
  readonly folder?: PathText;
  readonly pid?: number;
  readonly parent?: number;
  /** The program of the parent, where the record names it. */
  readonly parentExe?: PathText;
  /** The account that logged in, which su and sudo do not change (auid of audit). */
  readonly login?: Printable;
}

export interface PackageEvent extends EventBase {
  readonly what: 'package';
  readonly manager: 'dpkg' | 'apt' | 'rpm' | 'yum' | 'dnf' | 'zypper' | 'pacman' | 'apk';
  readonly action: 'installed' | 'upgraded' | 'removed' | 'configured' | 'command';
  readonly package: Printable;
  readonly version: Printable;
  /** The command line that asked for it, where the log has it. */
  readonly command?: Printable;
}

export interface KernelEvent extends EventBase {
  readonly what: 'kernel';
  readonly action:
    | 'tainted'
    | 'segfault'
    | 'out-of-memory'
    | 'module'
    | 'promiscuous'
    | 'msr-write'
    | 'mount';
  /** Name of the process or module. */
  readonly subject: Printable;
  readonly pid?: number;
  /** Bytes of address space, for a process that was killed. */
  readonly memory?: number;
}

export interface RequestEvent extends EventBase {
  readonly what: 'request';
  readonly server: 'nginx' | 'apache' | 'iis' | 'tomcat' | 'caddy' | 'traefik' | 'other';
  readonly client: Printable;
  /** Empty where what came was no request (a port scan, TLS spoken to a plain port): `target` is then all of it. */
  readonly method: Printable;
  /** Path and query, as sent; the beginning where it is longer than 8 KiB. */
  readonly target: Printable;
  /** 0 where the line does not tell it. */
  readonly status: number;
  /** Bytes of the answer; -1 where it is not told. */
  readonly size: number;
  readonly agent: Printable;
  readonly referrer: Printable;
  readonly account: Printable;
  /** The site that was asked, where the line names it. */
  readonly site?: Printable;
  /** Addresses that a proxy says it asks for (X-Forwarded-For). Whoever asks may write them himself. */
  readonly forwarded?: Printable;
}

/** A service said something that the vectors know: a table by service is in `formats/log/services/`. */
export interface ServiceEvent extends EventBase {
  readonly what: 'service';
  /** `redis`, `postgresql`, `mysql`, `jenkins`, `activemq`, `nacos`, `yarn`. */
  readonly service: string;
  /** A stable word of that service: `saved`, `replica-of`, `module-loaded`, `statement`, `script`, `application`. */
  readonly action: string;
  readonly account: Printable;
  readonly from: Printable;
  readonly detail: Printable;
}

export interface ContainerEvent extends EventBase {
  readonly what: 'container';
  readonly runtime: 'docker' | 'containerd' | 'podman' | 'kubernetes';
  readonly action: 'created' | 'started' | 'stopped' | 'removed' | 'executed' | 'output' | 'request';
  readonly container: Printable;
  readonly image: Printable;
  readonly account: Printable;
  readonly from: Printable;
  readonly detail: Printable;
}

/** The host itself: boots, halts, and what happened to its clock and its logs. */
export interface HostEvent extends EventBase {
  readonly what: 'host';
  readonly action:
    | 'booted'
    | 'halted'
    | 'runlevel'
    | 'clock-set'
    | 'log-started'
    | 'log-stopped'
    | 'log-rotated'
    | 'log-cleared';
  readonly detail: Printable;
}

/** How busy the host was up to that moment. */
export interface LoadEvent extends EventBase {
  readonly what: 'load';
  /** Seconds that the figure covers. */
  readonly seconds: number;
  /** Percent of all cores, 0 to 100. */
  readonly busy: number;
  readonly process?: Printable;
  readonly pid?: number;
}

/** A time that a file carries. */
export interface FileEvent extends EventBase {
  readonly what: 'file';
  readonly which: 'changed' | 'modified' | 'born';
  readonly path: PathText;
}

/** A line that is kept to be found again; nobody here knows more of it. */
export interface MessageEvent extends EventBase {
  readonly what: 'message';
  readonly program: Printable;
  readonly pid?: number;
}

export type LogEvent =
  | AccountEvent
  | CommandEvent
  | ContainerEvent
  | FileEvent
  | HostEvent
  | JobEvent
  | KernelEvent
  | LoadEvent
  | LoginEvent
  | MessageEvent
  | PackageEvent
  | PrivilegeEvent
  | RequestEvent
  | ServiceEvent
  | SessionEvent
  | TableEvent;

export type EventWhat = LogEvent['what'];
export type EventOf<W extends EventWhat> = Extract<LogEvent, { readonly what: W }>;

/** An event without what every event has: that is for whoever knows the source, the line and the clock. */
export type EventDetail = {
  [W in EventWhat]: Omit<EventOf<W>, keyof EventBase>;
}[EventWhat];
