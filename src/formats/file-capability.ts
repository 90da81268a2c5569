/**
 * File capabilities: the value of the extended attribute `security.capability`, as text like getcap's.
 *
 * Why: `cap_setuid+ep` on a shell or an interpreter is root for everybody, without a setuid bit that anybody
 * looks for. What it is NOT: what a process has in the end; bounding set and namespaces cut it.
 * Source: capabilities(7) "File capabilities"; struct vfs_cap_data and vfs_ns_cap_data of
 * include/uapi/linux/capability.h (little-endian, revisions 1 to 3); cap_text_formats(7).
 */

/** CAP_* by number, include/uapi/linux/capability.h. */
const names = [
  ...['chown', 'dac_override', 'dac_read_search', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid'],
  ...['setpcap', 'linux_immutable', 'net_bind_service', 'net_broadcast', 'net_admin', 'net_raw'],
  ...['ipc_lock', 'ipc_owner', 'sys_module', 'sys_rawio', 'sys_chroot', 'sys_ptrace', 'sys_pacct'],
  ...['sys_admin', 'sys_boot', 'sys_nice', 'sys_resource', 'sys_time', 'sys_tty_config', 'mknod'],
  ...['lease', 'audit_write', 'audit_control', 'setfcap', 'mac_override', 'mac_admin', 'syslog'],
  ...['wake_alarm', 'block_suspend', 'audit_read', 'perfmon', 'bpf', 'checkpoint_restore'],
] as const;

export interface FileCapability {
  /** `cap_net_admin,cap_net_raw+ep`; `=ep` for all that there are. */
  readonly text: string;
  /** Names of those that a program gets, without `cap_`. */
  readonly names: readonly string[];
  /** uid that is root in the user namespace for which it counts; only revision 3. */
  readonly rootId?: number;
}

const sizes: Readonly<Record<number, number>> = { 1: 12, 2: 20, 3: 24 };

function textOf(permitted: bigint, inheritable: bigint, effective: boolean): string {
  const groups = new Map<string, string[]>();
  let whole = true;
  for (let number = 0; number < 64; number += 1) {
    const bit = 1n << BigInt(number);
    const p = (permitted & bit) !== 0n;
    const i = (inheritable & bit) !== 0n;
    if (number < names.length) whole &&= p && !i;
    if (!p && !i) continue;
    const letters = `${effective ? 'e' : ''}${i ? 'i' : ''}${p ? 'p' : ''}`;
    const name = names[number] === undefined ? `${number}` : `cap_${names[number]}`;
    const group = groups.get(letters);
    if (group === undefined) groups.set(letters, [name]);
    else group.push(name);
  }
  if (whole) return `=${effective ? 'ep' : 'p'}`;
  return [...groups].map(([letters, group]) => `${group.join(',')}+${letters}`).join(' ');
}

/** Undefined when it is of no revision that we know, or not of its length. */
export function decodeFileCapability(value: Uint8Array): FileCapability | undefined {
  if (value.length < 12) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const magic = view.getUint32(0, true);
  const revision = magic >>> 24;
  if (sizes[revision] !== value.length) return undefined;
  let permitted = BigInt(view.getUint32(4, true));
  let inheritable = BigInt(view.getUint32(8, true));
  if (revision > 1) {
    permitted |= BigInt(view.getUint32(12, true)) << 32n;
    inheritable |= BigInt(view.getUint32(16, true)) << 32n;
  }
  const held = names.filter((_, number) => ((permitted | inheritable) & (1n << BigInt(number))) !== 0n);
  return {
    text: textOf(permitted, inheritable, (magic & 1) !== 0),
    names: held,
    ...(revision === 3 ? { rootId: view.getUint32(20, true) } : {}),
  };
}

/** As text in any case: a value that cannot be understood is told by its length, never left out. */
export function fileCapabilityText(value: Uint8Array): string {
  const decoded = decodeFileCapability(value);
  if (decoded === undefined) return `unknown (${value.length} bytes)`;
  return decoded.rootId === undefined ? decoded.text : `${decoded.text} [rootid=${decoded.rootId}]`;
}

/**
 * The value of the attribute (revision 2) for a text such as setcap(8) takes: `cap_net_raw+ep`, `cap_a,cap_b=eip`.
 * Undefined where it is no such text; what takes away (`-`) and several effective sets are none that packages use.
 */
export function encodeFileCapability(text: string): Uint8Array | undefined {
  let permitted = 0n;
  let inheritable = 0n;
  let effective = false;
  const clauses = text.trim().split(/\s+/);
  for (const clause of clauses) {
    const parts = /^((?:cap_)?\w+(?:,(?:cap_)?\w+)*)[=+]([eip]+)$/i.exec(clause);
    if (parts === null) return undefined;
    const [, list = '', letters = ''] = parts;
    for (const word of list.toLowerCase().split(',')) {
      const number = names.map(String).indexOf(word.replace(/^cap_/, ''));
      if (number < 0) return undefined;
      if (letters.includes('p')) permitted |= 1n << BigInt(number);
      if (letters.includes('i')) inheritable |= 1n << BigInt(number);
    }
    effective ||= letters.includes('e');
  }
  const view = new DataView(new ArrayBuffer(20));
  view.setUint32(0, 0x02000000 | (effective ? 1 : 0), true);
  view.setUint32(4, Number(permitted & 0xffffffffn), true);
  view.setUint32(8, Number(inheritable & 0xffffffffn), true);
  view.setUint32(12, Number(permitted >> 32n), true);
  view.setUint32(16, Number(inheritable >> 32n), true);
  return new Uint8Array(view.buffer);
}
