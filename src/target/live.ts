/** The host we run on, as a target. */
import { readFileSync } from 'node:fs';
import { printableText } from '../model/text.ts';
import type { Native } from '../native/port.ts';
import { LocalTarget } from './local.ts';
import { MountTable } from './mount-table.ts';
import type { Target } from './port.ts';

export function liveTarget(native: Native): Target {
  return new LocalTarget({
    kind: 'live',
    name: printableText('this host'),
    native,
    root: '',
    mounts: new MountTable(readFileSync('/proc/self/mountinfo')),
  });
}
