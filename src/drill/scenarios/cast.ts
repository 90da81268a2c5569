/** What several scenarios put on the stage. */
import { existsSync } from 'node:fs';
import { DemineError } from '../../model/error.ts';
import { stageFolder } from '../places.ts';
import type { Part } from '../role.ts';
import type { Means } from '../scenario.ts';

/** A hidden folder where everybody may write, as droppers use them. */
export const dropFolder = `${stageFolder}/.x`;

export function randomx(means: Means, mode: 'fast' | 'light'): Part {
  if (means.randomx === undefined) {
    throw new DemineError('internal', 'A scenario ran without what it needs.', { subject: 'randomx' });
  }
  return { kind: 'randomx', mode, library: means.randomx };
}

/** Programs that every distribution ships in a package and that nobody misses for a few seconds. */
const common = ['/usr/bin/tac', '/usr/bin/nl', '/usr/bin/yes', '/bin/tac'] as const;

/** The path of a program that a package owns, to run an honest stand-in under. */
export function ownedPath(): string {
  const found = common.find((path) => existsSync(path));
  if (found === undefined) {
    throw new DemineError('drill-unavailable', 'No common program of a package was found.', {
      subject: common.join(', '),
    });
  }
  return found;
}
