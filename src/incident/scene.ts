/**
 * What is known of an incident apart from its logs: files that were left, what brings the miner back, who mines, and
 * which doors stand open. Ways in are looked for around it.
 *
 * Times are of the inode (ctime, birth) and not those that touch(1) sets: an `ungrounded` file, whose source has no
 * ctime, can carry no more than `probable`. What it is NOT: a judgement; all of it rests on findings.
 * Units: microseconds UTC.
 */
import type { SourceId, SourceRef } from '../model/source.ts';
import type { PathText, Printable } from '../model/text.ts';

/** A file that a finding calls the attacker's. */
export interface SceneFile {
  readonly path: PathText;
  readonly source: SourceRef;
  /** When its inode changed last; undefined where the source does not keep it (an archive, a copied folder). */
  readonly changedUs?: number;
  readonly bornUs?: number;
  readonly modifiedUs: number;
  /** Name of its owner; its number where the host has no name for it. */
  readonly owner: Printable;
  readonly uid: number;
  /** Id of the finding. */
  readonly finding: string;
  readonly text: Printable;
  /** What is known of where it came from; of Windows alone. */
  readonly origin?: FileOrigin;
}

export interface FileOrigin {
  readonly source: SourceRef;
  /** 3 the internet, 4 a restricted site. */
  readonly zone?: number;
  readonly url: Printable;
  /** By hand, the last time. */
  readonly startedBy?: Printable;
  readonly startedUs?: number;
}

/** What brings the miner back: a row of `persistence[]` that is suspicious or malicious. */
export interface SceneEntry {
  readonly id: string;
  readonly mechanism: string;
  readonly source: SourceRef;
  readonly account: Printable;
  readonly command: Printable;
  readonly changedUs?: number;
  /** That time is one of a log line, or one that touch(1) sets. */
  readonly ungrounded?: true;
  /** Bytes of a database's dump stand around it. */
  readonly dumped?: boolean;
  readonly text: Printable;
}

export interface SceneMiner {
  readonly pid: number;
  readonly account: Printable;
  readonly startUs: number;
  readonly executable: PathText;
  readonly folder?: PathText;
  /** Programs of its parents, the nearest first. */
  readonly parents: readonly PathText[];
  readonly container?: string;
  readonly source: SourceRef;
  readonly text: Printable;
}

/** A key that lets somebody in. */
export interface SceneKey {
  readonly account: Printable;
  readonly file: PathText;
  readonly line?: number;
  /** `SHA256:…` */
  readonly fingerprint: string;
  readonly comment: Printable;
  readonly changedUs?: number;
  /** The row of `persistence[]` calls it suspicious or malicious. */
  readonly accused: boolean;
}

/** A service that listens to others than this host. */
export interface SceneDoor {
  /** `redis`, `docker`, `kubelet`, `sshd`, `postgresql`. */
  readonly service: string;
  readonly port: number;
  readonly address: Printable;
  readonly protected: boolean;
}

/** A container that sees or becomes the whole host, or that mines. */
export interface SceneContainer {
  readonly runtime: string;
  readonly id: string;
  readonly name: Printable;
  readonly image: Printable;
  /** Privileged, or a folder of the host above its own is bound into it. */
  readonly hostAccess: boolean;
  /** It mines, or its entry of `persistence[]` is suspicious or malicious. */
  readonly accused: boolean;
  readonly startedUs?: number;
  readonly source: SourceRef;
  readonly text: Printable;
}

export interface Scene {
  readonly files: readonly SceneFile[];
  readonly entries: readonly SceneEntry[];
  readonly miners: readonly SceneMiner[];
  readonly keys: readonly SceneKey[];
  readonly doors: readonly SceneDoor[];
  readonly containers?: readonly SceneContainer[];
  /** The accounts that write logs of services themselves, by the log: under whom the service runs. */
  readonly logWriters?: ReadonlyMap<SourceId, Printable>;
  /** Addresses that findings name: pools, places things were fetched from, indicators of the alert. */
  readonly addresses: ReadonlySet<string>;
}

export interface FirstTrace {
  readonly us: number;
  readonly path: PathText;
  readonly source: SourceRef;
  readonly owner: Printable;
  readonly text: Printable;
  /** By a time that the attacker cannot set with touch(1). */
  readonly grounded: boolean;
}

/** When a file came to be as it is, by the best time it has. */
export function cameToBe({ changedUs, bornUs, modifiedUs }: SceneFile): {
  readonly us: number;
  readonly grounded: boolean;
} {
  if (bornUs !== undefined && bornUs > 0)
    return { us: Math.min(bornUs, changedUs ?? bornUs), grounded: true };
  if (changedUs !== undefined && changedUs > 0) return { us: changedUs, grounded: true };
  return { us: modifiedUs, grounded: false };
}
