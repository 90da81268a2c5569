/** What an engine answers, piece by piece, into a capsule: whole and listed, or not there. */
import type { Printable } from '../../model/text.ts';
import type { Answer } from '../../native/port.ts';
import type { EvidenceFolder } from './evidence-folder.ts';

/** What the file system said while a piece was written: the answer is not at fault then. */
export class Unwritten extends Error {}

export interface Capsuled {
  readonly size: number;
  readonly sha256: string;
}

/**
 * @param ask gives the pieces as they come
 * @param flaw what is wrong with an answer that came to its end
 * @throws Unwritten
 */
export async function intoCapsule(
  folder: EvidenceFolder,
  what: { readonly name: string; readonly source: Printable; readonly about: object },
  ask: (take: (piece: Uint8Array) => void) => Promise<Answer<true>>,
  flaw: () => string | undefined = () => undefined,
): Promise<Answer<Capsuled>> {
  const capsule = folder.capsule(what.name, what.about);
  let failed: unknown;
  const answer = await ask((piece) => {
    try {
      capsule.add(piece);
    } catch (thrown) {
      failed = thrown;
      throw new RangeError('it cannot be written');
    }
  });
  if (failed !== undefined) {
    capsule.drop();
    throw new Unwritten('', { cause: failed });
  }
  const wrong = answer.status === 'ok' ? flaw() : answer.reason;
  if (wrong === undefined) {
    const { size } = capsule;
    return { status: 'ok', value: { size, sha256: capsule.close(what.source) } };
  }
  capsule.drop();
  return { status: answer.status === 'ok' ? 'error' : answer.status, reason: wrong };
}
