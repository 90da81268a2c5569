/** The key that a command signs or checks with: the one that is named, or the responder's own. */
import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DemineError } from '../model/error.ts';
import { presetKeyPath, publicPathOf, readPrivateKey, readPublicKey } from '../respond/statement/key.ts';
import { type KeyPlace, keyPlace } from '../respond/statement/key-place.ts';
import { storeName } from './case-events.ts';
import type { Ground } from './removal-session.ts';

const details: Readonly<Record<Exclude<KeyPlace, 'elsewhere'>, string>> = {
  'on-target': 'it would lie on the host that the case is of',
  'in-case': 'it would lie in a case, which is handed on',
  'in-root-folder': 'it would lie in a root file system, which may be the target',
};

export const keyPathOf = (named: string | undefined): string => resolve(named ?? presetKeyPath(process.env));

const placeOf = (path: string, ground: Ground | undefined): KeyPlace =>
  keyPlace(path, {
    storeName,
    ...(ground === undefined
      ? {}
      : { target: ground.kind === 'live' ? { kind: 'live' } : { kind: 'folder', root: ground.root } }),
  });

/** @throws DemineError `key-place` */
export function checkKeyPlace(path: string, ground: Ground | undefined): void {
  const place = placeOf(path, ground);
  if (place !== 'elsewhere') throw new DemineError('key-place', details[place], { subject: path });
}

export type Signer =
  | { readonly key: KeyObject }
  /** A statement is written all the same, and signed elsewhere. */
  | { readonly unsigned: 'no-key' | 'key-on-target' };

/**
 * The key to sign with on the ground of a target. One that was named must be usable; the responder's own is left alone
 * where it lies on the target.
 * @throws DemineError `key-missing`, `key-unusable`, `key-place`
 */
export function signerOn(named: string | undefined, ground: Ground): Signer {
  const path = keyPathOf(named);
  if (named !== undefined) {
    checkKeyPlace(path, ground);
    return { key: readPrivateKey(path) };
  }
  if (!existsSync(path)) return { unsigned: 'no-key' };
  if (placeOf(path, ground) !== 'elsewhere') return { unsigned: 'key-on-target' };
  return { key: readPrivateKey(path) };
}

/** The public key to check with; the responder's own where none is named, undefined where he has none. */
export function checkingKey(named: string | undefined): KeyObject | undefined {
  if (named !== undefined) return readPublicKey(resolve(named));
  const path = publicPathOf(keyPathOf(undefined));
  return existsSync(path) ? readPublicKey(path) : undefined;
}
