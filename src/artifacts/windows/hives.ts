/**
 * The registry of a Windows host: which hives there are, opened once, and what keys of them are called.
 *
 * Why: accounts, services, tasks and autostarts stand in a handful of files, and all artifacts ask the same ones. A hive
 * that is not there or cannot be read is told under `windows.registry`; one that was not closed is read with its logs.
 * Users' hives are found below the folders of users, in service profiles, and (without drives) by what their roots hold.
 * Sources: Microsoft, "Registry Hives"; "HKEY_USERS"; Maxim Suhanov, regf.
 */

import { valueNumber, valueText } from '../../formats/registry/data.ts';
import { type Hive, openHive } from '../../formats/registry/hive.ts';
import type { HiveKey } from '../../formats/registry/key.ts';
import type { HiveValue } from '../../formats/registry/value.ts';
import type { SourceRef } from '../../model/source.ts';
import type { SourceLog } from '../../model/source-log.ts';
import { type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import { BlockAccess } from '../../target/block-access.ts';
import type { Target } from '../../target/port.ts';

export const registryArtifact = 'windows.registry';

export type MachineHive = 'SYSTEM' | 'SOFTWARE' | 'SAM' | 'SECURITY' | 'DEFAULT';

export interface OpenHive {
  readonly hive: Hive;
  readonly path: PathText;
  /** What its root is called: `HKLM\SYSTEM`, `HKU\name`. */
  readonly root: string;
}

export interface UserHive extends OpenHive {
  readonly user: Printable;
  /** `C:\Users\name`; empty where only the hive is there. */
  readonly profile: string;
  /** The classes of the user (`UsrClass.dat`) and not his own hive. */
  readonly classes: boolean;
}

const mostUsers = 500;
const config = 'C:\\Windows\\System32\\config';
const machine: readonly MachineHive[] = ['SYSTEM', 'SOFTWARE', 'SAM', 'SECURITY', 'DEFAULT'];

/** A path of ours, whose parts are printable already. */
const at = (folder: string, name: string): PathText => `${folder}\\${name}` as PathText;

/** By what its root holds, for a file that lies by itself. */
function kindOf(root: HiveKey): MachineHive | 'user' | 'classes' | undefined {
  const names = new Set<string>();
  for (const key of root.subkeys()) {
    names.add(key.name.toLowerCase());
    if (names.size > 200) break;
  }
  if (names.has('select') && [...names].some((name) => /^controlset\d{3}$/.test(name))) return 'SYSTEM';
  if (names.has('sam') && names.size <= 2) return 'SAM';
  if (names.has('domains') && names.has('builtin')) return 'SAM';
  if (names.has('policy') && names.has('sam')) return 'SECURITY';
  if (names.has('microsoft') && (names.has('classes') || names.has('policies') || names.has('wow6432node')))
    return 'SOFTWARE';
  if (names.has('software') && (names.has('control panel') || names.has('environment'))) return 'user';
  if (names.has('local settings') || names.has('clsid') || names.has('wow6432node')) return 'classes';
  return undefined;
}

export class Registry {
  readonly #target: Target;
  readonly #log: SourceLog;
  readonly #machine = new Map<MachineHive, OpenHive>();
  readonly users: readonly UserHive[];

  constructor(target: Target, log: SourceLog) {
    this.#target = target;
    this.#log = log;
    const users: UserHive[] = [];
    if ((target.windows?.drives.length ?? 0) > 0) {
      for (const name of machine) {
        const opened = this.#open(
          at(config, name),
          `HKLM\\${name}`,
          name === 'SYSTEM' || name === 'SOFTWARE' || name === 'SAM',
        );
        if (opened !== undefined) this.#machine.set(name, opened);
      }
      users.push(...this.#usersOfDrives());
    }
    for (const path of target.windows?.loose ?? []) {
      if (/\.evtx$/i.test(path)) continue;
      const opened = this.#open(path, '', false);
      const kind = opened === undefined ? undefined : kindOf(opened.hive.root);
      if (opened === undefined || kind === undefined) continue;
      if (kind === 'user' || kind === 'classes') {
        const user = userOfFile(path);
        if (users.length < mostUsers)
          users.push({
            ...opened,
            root: `HKU\\${user}${kind === 'classes' ? '_Classes' : ''}`,
            user,
            profile: '',
            classes: kind === 'classes',
          });
      } else if (!this.#machine.has(kind)) this.#machine.set(kind, { ...opened, root: `HKLM\\${kind}` });
    }
    this.users = users;
  }

  get(name: MachineHive): OpenHive | undefined {
    return this.#machine.get(name);
  }

  /** The number of the control set that was last started, `ControlSet001`. */
  get controlSet(): string {
    const number = valueNumber(this.get('SYSTEM')?.hive.key('Select')?.value('Current'));
    return `ControlSet${String(number === undefined || number > 999 ? 1 : number).padStart(3, '0')}`;
  }

  /** A key below the control set in use. */
  control(path: string): { readonly of: OpenHive; readonly key: HiveKey } | undefined {
    return this.key('SYSTEM', `${this.controlSet}\\${path}`);
  }

  key(name: MachineHive, path: string): { readonly of: OpenHive; readonly key: HiveKey } | undefined {
    const of = this.get(name);
    const key = of?.hive.key(path);
    return of === undefined || key === undefined ? undefined : { of, key };
  }

  #usersOfDrives(): readonly UserHive[] {
    const found: UserHive[] = [];
    const add = (file: PathText, user: Printable, profile: string, classes: boolean): void => {
      if (found.length >= mostUsers || this.#target.readNow({ kind: 'stat', path: file }).status !== 'ok')
        return;
      const opened = this.#open(file, `HKU\\${user}${classes ? '_Classes' : ''}`, false);
      if (opened !== undefined) found.push({ ...opened, user, profile, classes });
    };
    for (const folder of ['C:\\Users', 'C:\\Documents and Settings']) {
      const listed = this.#target.readNow({ kind: 'directory', path: printableText(folder), limit: 2_000 });
      for (const { name, type } of listed.entries) {
        if (type === 'file' || (type === 'link' && folder.startsWith('C:\\U'))) continue;
        const profile = `${folder}\\${name}`;
        add(at(profile, 'NTUSER.DAT'), name, profile, false);
        add(at(profile, 'AppData\\Local\\Microsoft\\Windows\\UsrClass.dat'), name, profile, true);
        add(
          at(profile, 'Local Settings\\Application Data\\Microsoft\\Windows\\UsrClass.dat'),
          name,
          profile,
          true,
        );
      }
    }
    for (const name of ['LocalService', 'NetworkService']) {
      const profile = `C:\\Windows\\ServiceProfiles\\${name}`;
      add(at(profile, 'NTUSER.DAT'), printableText(name), profile, false);
    }
    return found;
  }

  #open(path: PathText, root: string, wanted: boolean): OpenHive | undefined {
    const { status, reason, stat } = this.#target.readNow({ kind: 'stat', path, follow: true });
    if (status !== 'ok' || stat === undefined) {
      if (wanted || status !== 'absent')
        this.#log.record({
          source: path,
          artifact: registryArtifact,
          status,
          bytes: 0,
          ...(reason === undefined ? {} : { reason }),
        });
      return undefined;
    }
    const logs = ['.LOG1', '.LOG2', '.LOG'].flatMap((ending) => {
      const log = `${path}${ending}` as PathText;
      return this.#target.readNow({ kind: 'stat', path: log, follow: true }).stat?.size
        ? [new BlockAccess(this.#target, log)]
        : [];
    });
    const answer = openHive(new BlockAccess(this.#target, path), logs);
    const record = { source: path, artifact: registryArtifact, bytes: stat.size };
    if (answer.status !== 'ok') {
      this.#log.record({ ...record, status: 'error', reason: answer.reason });
      return undefined;
    }
    const { hive } = answer;
    const unmended = hive.dirty && logs.length === 0;
    this.#log.record({
      ...record,
      ...(unmended
        ? {
            status: 'truncated',
            reason: 'it was not closed and its logs are not here: what was written last may be missing',
          }
        : { status: 'ok' }),
    });
    return { hive, path, root };
  }

  /** Damage that was met until now, told once when all is read. */
  tellFlaws(): void {
    for (const { hive, path } of [...this.#machine.values(), ...this.users]) {
      // That it was not closed was told when it was opened.
      const flaws = hive.flaws.filter(({ flaw }) => flaw !== 'dirty');
      if (flaws.length === 0) continue;
      const reason = `damaged: ${flaws.map(({ flaw, count }) => `${flaw} ${count}`).join(', ')}`;
      this.#log.record({ source: path, artifact: registryArtifact, status: 'truncated', reason, bytes: 0 });
    }
  }
}

/** `NTUSER_li.DAT`, `li.NTUSER.DAT`, `users/li/NTUSER.DAT`. */
function userOfFile(path: PathText): Printable {
  const names = path.split('/').filter((name) => name !== '');
  const own = (names.at(-1) ?? '')
    .replace(/ntuser|usrclass|\.dat|\.hive?|^[._-]+|[._-]+$/gi, '')
    .replace(/^[._-]+|[._-]+$/g, '');
  const folder = names.at(-2) ?? '';
  const name = own !== '' ? own : /^(?:registry|hives|config|windows)?$/i.test(folder) ? '?' : folder;
  return name as Printable;
}

/** Where a key or a value stands. */
export const refOf = ({ path }: OpenHive, item: HiveKey | HiveValue): SourceRef => ({
  source: path,
  offset: 4096 + item.offset,
});

/** `HKLM\SYSTEM\ControlSet001\Services\x`, safe to show. */
export const keyName = ({ root }: OpenHive, key: HiveKey): Printable => printableText(`${root}\\${key.path}`);

/** A value with its key as a line. */
export const valueLine = (of: OpenHive, key: HiveKey, name: string, text: string): Printable =>
  phrase`${keyName(of, key)}: ${printableText(name === '' ? '(default)' : name)} = ${printableText(text.slice(0, 2_000))}`;

/** Text of a value, its lists joined by blanks; undefined where it is none. */
export const textOfValue = (value: HiveValue | undefined): string | undefined =>
  valueText(value)?.replaceAll('\n', ' ');
