/**
 * Which wall clock a host keeps: the zone that its syslog lines are written in.
 *
 * Sources: localtime(5) (/etc/localtime, a TZif file or a link to one); /etc/timezone of Debian (a name below
 * /usr/share/zoneinfo). Where neither can be read UTC is assumed, and nothing that rests on it is certain.
 */
import { parseZone, utc, type Zone } from '../../../formats/tzif.ts';
import { type PathText, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';

export interface HostZone {
  readonly zone: Zone;
  readonly zoneKnown: boolean;
}

const localtime = printableText('/etc/localtime');
const timezone = printableText('/etc/timezone');
const limit = 256 << 10;
/** Names that need no file to be known. */
const alwaysUtc = /(?:^|\/)(?:Etc\/)?(?:UTC|UCT|Universal|Zulu|GMT)$/;

function fileZone(target: Target, path: PathText): Zone | undefined {
  const { status, bytes } = target.readNow({ kind: 'file', path, limit });
  return status === 'ok' ? parseZone(bytes) : undefined;
}

function named(target: Target, name: string): Zone | undefined {
  if (!/^[A-Za-z0-9_+-]{1,32}(?:\/[A-Za-z0-9_+-]{1,32}){0,2}$/.test(name)) return undefined;
  return (
    fileZone(target, printableText(`/usr/share/zoneinfo/${name}`)) ?? (alwaysUtc.test(name) ? utc : undefined)
  );
}

export function hostZone(target: Target): HostZone {
  const direct = fileZone(target, localtime);
  if (direct !== undefined) return { zone: direct, zoneKnown: true };
  // A copied folder may have the link without what it leads to.
  const link = target.readNow({ kind: 'link', path: localtime });
  if (link.status === 'ok' && alwaysUtc.test(link.target)) return { zone: utc, zoneKnown: true };
  const { bytes } = target.readNow({ kind: 'file', path: timezone, limit: 4096 });
  const zone = named(target, Buffer.from(bytes).toString('latin1').trim());
  return zone === undefined ? { zone: utc, zoneKnown: false } : { zone, zoneKnown: true };
}
