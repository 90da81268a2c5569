/** The host we run on, as a target. */
import { existsSync } from 'node:fs';
import { DemineError } from '../model/error.ts';
import { phrase, printableText } from '../model/text.ts';
import type { Native } from '../native/port.ts';
import { LocalTarget } from './local.ts';
import { ownTablePath } from './mount-tables.ts';
import type { Target } from './port.ts';

/** @throws DemineError `target-unsupported` where /proc does not show ourselves: everything would look absent */
export function liveTarget(native: Native): Target {
  if (!existsSync(ownTablePath)) {
    throw new DemineError('target-unsupported', '/proc is not mounted', {
      subject: '/',
      hint: 'Mount proc on /proc, or scan the mounted disk as a folder from another machine.',
    });
  }
  return new LocalTarget({
    kind: 'live',
    name: printableText('this host'),
    native,
    root: { folder: '/', place: '' },
    rootPath: phrase`/`,
  });
}
