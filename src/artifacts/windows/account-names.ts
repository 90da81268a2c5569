/**
 * Names of the accounts of this host by their SIDs.
 *
 * Why: events that put somebody into a group (4732, 4728) have the SID of an account of this host and no name. What it is
 * NOT: a memory; an account that is deleted has no name here, and one that was renamed has its new one.
 * Source: `formats/sam/`; Microsoft, event 4732 (Member: Account Name is `-` for local accounts).
 */
import { readSam } from '../../formats/sam/read-sam.ts';
import { type Printable, printableText } from '../../model/text.ts';
import type { ArtifactContext } from '../artifact.ts';
import { viewOf } from './view.ts';

const most = 5_000;
const longest = 256;

export function accountNames(
  context: Pick<ArtifactContext, 'target' | 'log'>,
): ReadonlyMap<string, Printable> {
  const names = new Map<string, Printable>();
  const of = viewOf(context).registry.get('SAM');
  const sam = of === undefined ? undefined : readSam(of.hive);
  if (sam?.machineSid === undefined) return names;
  for (const { keyRid, texts } of sam.users.slice(0, most)) {
    const name = texts?.name ?? sam.names.find(({ rid }) => rid === keyRid)?.name ?? '';
    if (keyRid !== undefined && name !== '')
      names.set(`${sam.machineSid}-${keyRid}`, printableText(name.slice(0, longest)));
  }
  return names;
}
