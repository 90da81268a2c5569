/**
 * The configuration of an LXC container.
 *
 * Why: a host name of its own, whether it starts with the host, and whether it is confined.
 * What it is NOT: included files (`lxc.include`); they are not followed.
 * Source: lxc.container.conf(5), with the names before LXC 2.1 (`lxc.utsname`, `lxc.aa_profile`).
 */
import { type PathText, type Printable, phrase, printableBytes } from '../model/text.ts';
import { eachLine } from './ascii.ts';
import type { ContainerState } from './docker-state.ts';

const mostLines = 10_000;
const mostBinds = 256;
const printable = (text: string): Printable => printableBytes(Buffer.from(text, 'latin1'));

export function lxcContainer(
  bytes: Uint8Array,
  name: Printable,
  source: PathText,
): ContainerState | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(name)) return undefined;
  const binds: PathText[] = [];
  let autoStart = false;
  let unconfined = false;
  let mapped = false;
  eachLine(bytes, (start, end, line) => {
    const text = Buffer.from(bytes.subarray(start, Math.min(end, start + 4096))).toString('latin1');
    const equals = text.indexOf('=');
    const key = text.slice(0, Math.max(0, equals)).trim();
    const value = text.slice(equals + 1).trim();
    if (key === 'lxc.start.auto') autoStart = value === '1';
    else if (key === 'lxc.apparmor.profile' || key === 'lxc.aa_profile') unconfined = value === 'unconfined';
    else if (key === 'lxc.idmap' || key === 'lxc.id_map') mapped ||= value !== '';
    else if (key === 'lxc.mount.entry') {
      const [from = '', to = '', , options = ''] = value.split(/[ \t]+/, 4);
      if (from.startsWith('/') && /\br?bind\b/.test(options))
        binds.push(phrase`${printable(from)}:${printable(to)}`);
    }
    return line < mostLines && binds.length < mostBinds;
  });
  return {
    binds,
    container: {
      runtime: 'lxc',
      id: name,
      name,
      source,
      restartPolicy: autoStart ? 'always' : 'no',
      privileged: unconfined && !mapped,
    },
  };
}
