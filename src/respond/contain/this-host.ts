/** Whether a case is of the host that we run on, and of its present boot: what acts on a host needs both to be sure. */
import { hostname } from 'node:os';
import { DemineError } from '../../model/error.ts';
import type { ScanResult } from '../../model/result.ts';
import { printableText } from '../../model/text.ts';
import type { Native } from '../../native/port.ts';

const textOf = (native: Native, path: string): string => {
  const file = native.readFile(new TextEncoder().encode(path), 4096);
  return file.status === 'ok' ? Buffer.from(file.value).toString('latin1').trim() : '';
};

export const bootIdOf = (native: Native): string => textOf(native, '/proc/sys/kernel/random/boot_id');

/** @throws DemineError `contain-elsewhere` */
export function mustBeThisHost(
  native: Native,
  folder: string,
  { host }: ScanResult,
  name = hostname(),
): void {
  const elsewhere = (detail: string): never => {
    throw new DemineError('contain-elsewhere', detail, { subject: folder });
  };
  if (host.scope === 'files') elsewhere('it was read from files, and no kernel of it runs');
  const machineId = textOf(native, '/etc/machine-id');
  if (host.machineId !== machineId) elsewhere('it has another machine id');
  // Without an id the name is all that is left to tell two hosts apart.
  if (machineId === '' && host.name !== printableText(name)) {
    elsewhere('it has another name, and neither has a machine id');
  }
}
